// Asks the published file a question, read-only, and prints a line for each row: node read.mjs FILE SQL
import { DuckDBInstance } from "@duckdb/node-api";

const [file, question] = process.argv.slice(2);
const instance = await DuckDBInstance.create(file, { access_mode: "READ_ONLY" });
const connection = await instance.connect();
const answer = await connection.runAndReadAll(question);
for (const row of answer.getRowsJS()) {
  console.log(row.join("\t"));
}
connection.closeSync();
instance.closeSync();
