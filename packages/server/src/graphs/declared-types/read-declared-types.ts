import { basename, dirname, join } from "node:path";
import { getLibFiles, libFolderInMemoryPath, ts } from "@ts-morph/common";
import { type JsonSchema, typeToSchema } from "./type-to-schema.ts";

export interface DeclaredSchemas {
  state?: JsonSchema;
  input?: JsonSchema;
  output?: JsonSchema;
  context?: JsonSchema;
}

/**
 * Reads off the types of a graph's source file what no running program knows: the fields of a state that was declared by
 * `Annotation<T>`. A file beside it, which exists only in memory, asks for the parts of the exported graph's type.
 */
export function readDeclaredTypes(file: string, exportName: string): DeclaredSchemas {
  const probe = join(dirname(file), "__heddle_probe__.ts");
  const program = createProgram(probe, probeText(basename(file), exportName));
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(probe);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) return {};
  const schemas: Record<string, JsonSchema> = {};
  for (const symbol of checker.getExportsOfModule(module)) {
    const type = checker.getDeclaredTypeOfSymbol(symbol);
    if (type.flags & (ts.TypeFlags.Never | ts.TypeFlags.Any | ts.TypeFlags.Unknown)) continue;
    schemas[symbol.name] = { ...typeToSchema(type, checker), $schema: "http://json-schema.org/draft-07/schema#" };
  }
  return schemas;
}

/** `~RunInput` and `~RunOutput` carry the types of update and state on the graphs of both engines. */
function probeText(fileName: string, exportName: string): string {
  return `
import type * as module from "./${fileName}";
type Exported = Awaited<(typeof module)["${exportName}"]>;
type Made = Exported extends (...given: never[]) => infer Result ? Awaited<Result> : Exported;
type Graph = Made extends { compile(...given: never[]): infer Compiled } ? Compiled : Made;
type Options = Graph extends { invoke(input: never, options?: infer Given): unknown } ? NonNullable<Given> : never;
export type state = Graph extends { "~RunOutput": infer State } ? State : never;
export type input = Graph extends { "~RunInput": infer Update } ? Plain<Update> : never;
export type output = state;
export type context = Options extends { context?: infer Context } ? NonNullable<Context> : never;
type Plain<Update> = { [Key in keyof Update]: Exclude<Update[Key], { readonly __overwrite__?: unknown }> };
`;
}

function createProgram(probe: string, text: string): ts.Program {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowJs: true,
    allowImportingTsExtensions: true,
  };
  const host = ts.createCompilerHost(options);
  // The compiler's own declarations of the language come within its package, not as files.
  const inMemory = new Map(getLibFiles().map((file) => [`${libFolderInMemoryPath}/${file.fileName}`, file.text]));
  inMemory.set(probe, text);
  const { fileExists, readFile, getSourceFile } = host;
  host.getDefaultLibLocation = () => libFolderInMemoryPath;
  host.getDefaultLibFileName = (given) => `${libFolderInMemoryPath}/${ts.getDefaultLibFileName(given)}`;
  host.fileExists = (name) => inMemory.has(name) || fileExists(name);
  host.readFile = (name) => inMemory.get(name) ?? readFile(name);
  host.getSourceFile = (name, languageVersion, ...rest) => {
    const known = inMemory.get(name);
    return known === undefined
      ? getSourceFile(name, languageVersion, ...rest)
      : ts.createSourceFile(name, known, languageVersion);
  };
  return ts.createProgram([probe], options, host);
}
