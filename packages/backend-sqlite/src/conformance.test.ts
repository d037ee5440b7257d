import { describeBackend } from "@heddle/conformance";
import { openSqliteBackend } from "./open-sqlite-backend.ts";

describeBackend("SQLite", ({ now }) => openSqliteBackend({ file: ":memory:", now }));
