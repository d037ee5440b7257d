import { ts } from "@ts-morph/common";

export type JsonSchema = Record<string, unknown>;

/** Deeper than this a type is taken for one that never ends. */
const MAX_DEPTH = 12;

/** What a message of `@langchain/core` looks like on the wire; its class would say far more than anyone can send. */
const MESSAGE: JsonSchema = {
  type: "object",
  title: "BaseMessage",
  properties: {
    type: { type: "string" },
    id: { type: "string" },
    name: { type: "string" },
    content: { anyOf: [{ type: "string" }, { type: "array", items: { type: "object" } }] },
    additional_kwargs: { type: "object" },
    response_metadata: { type: "object" },
  },
};

/** The JSON schema (draft 7) of the values of a TypeScript type, as far as JSON can hold them. */
export function typeToSchema(type: ts.Type, checker: ts.TypeChecker, depth = 0): JsonSchema {
  const { flags } = type;
  if (depth > MAX_DEPTH || flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return {};
  if (flags & ts.TypeFlags.StringLike && !(flags & ts.TypeFlags.StringLiteral)) return { type: "string" };
  if (flags & ts.TypeFlags.NumberLike && !(flags & ts.TypeFlags.NumberLiteral)) return { type: "number" };
  if (flags & ts.TypeFlags.Boolean) return { type: "boolean" };
  if (flags & ts.TypeFlags.Null) return { type: "null" };
  if (type.isStringLiteral()) return { type: "string", const: type.value };
  if (type.isNumberLiteral()) return { type: "number", const: type.value };
  if (flags & ts.TypeFlags.BooleanLiteral) return { type: "boolean", const: checker.typeToString(type) === "true" };
  if (type.isUnion()) return unionToSchema(type, checker, depth);
  if (checker.isArrayType(type) || checker.isTupleType(type)) return arrayToSchema(type, checker, depth);
  return objectToSchema(type, checker, depth);
}

function unionToSchema(type: ts.UnionType, checker: ts.TypeChecker, depth: number): JsonSchema {
  const members = type.types.filter((member) => !(member.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void)));
  // Whatever else is taken for a message or a list of them says the same.
  if (members.some(isMessageType)) return MESSAGE;
  if (members.length > 0 && members.every((member) => member.isStringLiteral())) {
    return { type: "string", enum: members.map((member) => (member as ts.StringLiteralType).value) };
  }
  const schemas = new Map(
    members.map((member) => typeToSchema(member, checker, depth + 1)).map((schema) => [JSON.stringify(schema), schema]),
  );
  const messages = [...schemas.values()].find((schema) => schema.items === MESSAGE);
  if (messages !== undefined) return messages;
  const booleans = [...schemas.values()].filter((schema) => schema.type === "boolean" && "const" in schema);
  const others = [...schemas.values()].filter((schema) => !booleans.includes(schema));
  const all = booleans.length === 2 ? [...others, { type: "boolean" }] : [...others, ...booleans];
  return all.length === 1 ? (all[0] ?? {}) : { anyOf: all };
}

function arrayToSchema(type: ts.Type, checker: ts.TypeChecker, depth: number): JsonSchema {
  const [item, ...others] = checker.getTypeArguments(type as ts.TypeReference);
  if (item === undefined) return { type: "array" };
  if (others.length === 0) return { type: "array", items: typeToSchema(item, checker, depth + 1) };
  return { type: "array", items: [item, ...others].map((member) => typeToSchema(member, checker, depth + 1)) };
}

function objectToSchema(type: ts.Type, checker: ts.TypeChecker, depth: number): JsonSchema {
  if (type.getCallSignatures().length > 0) return {};
  if (isMessageType(type)) return MESSAGE;
  if (type.symbol?.name === "Date") return { type: "string", format: "date-time" };
  const properties: Record<string, JsonSchema> = {};
  for (const property of checker.getPropertiesOfType(type)) {
    const propertyType = checker.getTypeOfSymbol(property);
    if (property.name.startsWith("__@") || propertyType.getCallSignatures().length > 0) continue;
    properties[property.name] = typeToSchema(propertyType, checker, depth + 1);
  }
  const schema: JsonSchema = { type: "object" };
  if (Object.keys(properties).length > 0) schema.properties = properties;
  const index = type.getStringIndexType();
  if (index !== undefined && !(index.flags & ts.TypeFlags.Any)) {
    schema.additionalProperties = typeToSchema(index, checker, depth + 1);
  }
  return schema;
}

function isMessageType(type: ts.Type): boolean {
  return type.getProperty("lc_namespace") !== undefined && type.getProperty("content") !== undefined;
}
