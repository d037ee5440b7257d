import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";

// The house rules that a machine can check (ARCHITECTURE.md, CONTRIBUTING.md).

const ROOT = import.meta.dirname;

/** Package → the packages it may import. An arrow may only point down. */
const MAY_IMPORT: Record<string, string[]> = {
  protocol: [],
  checkpoint: [],
  sdk: ["protocol"],
  engine: ["checkpoint"],
  backend: ["protocol", "checkpoint"],
  conformance: ["protocol", "backend", "checkpoint"],
  "backend-sqlite": ["protocol", "backend", "checkpoint"],
  "backend-postgres": ["protocol", "backend", "checkpoint"],
  "backend-redis": ["backend"],
  server: ["protocol", "backend", "checkpoint"],
  langgraph: ["engine", "checkpoint", "sdk"],
  cli: ["server", "backend", "backend-sqlite", "backend-postgres", "backend-redis"],
};

/** What tests of a package may import beside: a real backend, and the suites of its contracts. */
const TESTS_MAY_IMPORT = ["backend-sqlite", "backend-postgres", "conformance", "engine", "langgraph"];

const FORBIDDEN_NAMES = /(^|\/)(utils?|helpers?|common|misc|core)(\/|\.ts$)|(^|\/)types\.ts$/;

interface SourceFile {
  path: string;
  packageName: string;
  isTest: boolean;
  lines: number;
  imports: string[];
  text: string;
}

const files = sourceFiles();

describe("packages", () => {
  test("import only what lies below them", () => {
    const wrong = files.flatMap((file) =>
      heddleImports(file)
        .filter((name) => name !== file.packageName && !mayImport(file, name))
        .map((name) => `${file.path} imports @heddle/${name}`),
    );
    expect(wrong).toEqual([]);
  });

  test("are entered by the others only through their exports", () => {
    const deep = files.flatMap((file) =>
      file.imports
        .filter((specifier) => leavesPackage(file, specifier))
        .map((specifier) => `${file.path} → ${specifier}`),
    );
    expect(deep).toEqual([]);
  });

  test("are never imported by themselves through their own index", () => {
    const wrong = files.filter(
      (file) => !file.isTest && file.imports.some((specifier) => /^\.\.?(\/\.\.)*\/index\.ts$/.test(specifier)),
    );
    expect(wrong.map((file) => file.path)).toEqual([]);
  });
});

describe("files", () => {
  test("form no import circles, types included", () => {
    expect(findCircles()).toEqual([]);
  });

  test("stay within 400 lines, tests within 500, half of them within 110", () => {
    const long = files
      .filter((file) => file.lines > (file.isTest ? 500 : 400))
      .map((file) => `${file.path}: ${file.lines}`);
    expect(long).toEqual([]);
    const lines = files
      .filter((file) => !file.isTest)
      .map((file) => file.lines)
      .sort((left, right) => left - right);
    expect(lines[Math.floor(lines.length / 2)]).toBeLessThanOrEqual(110);
  });

  test("are named after what they hold, not after their kind", () => {
    const wrong = files.filter((file) => FORBIDDEN_NAMES.test(file.path));
    expect(wrong.map((file) => file.path)).toEqual([]);
  });

  test("export names one by one", () => {
    expect(files.filter((file) => /^export \* from/m.test(file.text)).map((file) => file.path)).toEqual([]);
  });

  test("give a reason for each check that is switched off, and use `any` at most three times in 2,000 lines", () => {
    const silent = files.filter(
      (file) => /biome-ignore [\w/]+\s*(:\s*)?$/m.test(file.text) || /@ts-(ignore|nocheck)/.test(file.text),
    );
    expect(silent.map((file) => file.path)).toEqual([]);
    const code = files.filter((file) => !file.isTest);
    const anys = code.reduce((sum, file) => sum + (file.text.match(/[<:|(,]\s*any\b(?!thing)/g)?.length ?? 0), 0);
    const lines = code.reduce((sum, file) => sum + file.lines, 0);
    expect(anys).toBeLessThanOrEqual(Math.ceil((lines / 1000) * 1.5));
  });
});

function sourceFiles(): SourceFile[] {
  const packages = readdirSync(join(ROOT, "packages"));
  return packages.flatMap((packageName) =>
    walk(join(ROOT, "packages", packageName, "src")).map((file) => read(file, packageName)),
  );
}

function walk(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return walk(path);
    return path.endsWith(".ts") ? [path] : [];
  });
}

function read(file: string, packageName: string): SourceFile {
  const text = readFileSync(file, "utf8");
  const specifiers = text.matchAll(
    /^(?:import|export)\s[^;]*?from\s+"([^"]+)"|^import\s+"([^"]+)"|import\("([^"]+)"\)/gm,
  );
  return {
    path: relative(ROOT, file),
    packageName,
    isTest: /\.test(-d)?\.ts$/.test(file) || file.includes("/testing/") || packageName === "conformance",
    lines: text.split("\n").length - 1,
    imports: [...specifiers].map((match) => match[1] ?? match[2] ?? match[3] ?? ""),
    text,
  };
}

function heddleImports({ imports }: SourceFile): string[] {
  return imports.filter((name) => name.startsWith("@heddle/")).map((name) => name.split("/")[1] ?? "");
}

function mayImport(file: SourceFile, name: string): boolean {
  if (MAY_IMPORT[file.packageName]?.includes(name)) return true;
  return file.isTest && TESTS_MAY_IMPORT.includes(name);
}

function leavesPackage({ path, packageName }: SourceFile, specifier: string): boolean {
  if (specifier.startsWith("@heddle/"))
    return specifier.includes("/src/") || specifier.includes("/dist/") || specifier.includes("/cjs/");
  if (!specifier.startsWith(".")) return false;
  return relative(join(ROOT, "packages", packageName), resolve(ROOT, dirname(path), specifier)).startsWith("..");
}

/** Depth-first search; each circle is given by its files in order. */
function findCircles(): string[] {
  const graph = new Map(files.map((file) => [file.path, localImports(file)]));
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, trail: string[]) => {
    if (trail.includes(path)) {
      circles.push([...trail.slice(trail.indexOf(path)), path].join(" → "));
      return;
    }
    if (done.has(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return circles;
}

function localImports({ path, imports }: SourceFile): string[] {
  return imports
    .filter((specifier) => specifier.startsWith("."))
    .map((specifier) => relative(ROOT, resolve(ROOT, dirname(path), specifier)));
}
