// node build/examples/app/write.js DOCUMENT.json > page.html
import { readFileSync } from "node:fs";
import type { ConditionDocument } from "../../exports/v1/types.js";
import { page } from "./page.js";

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("name the JSON document of a condition");
const document = JSON.parse(readFileSync(file, "utf8")) as ConditionDocument;
process.stdout.write(page(document));
