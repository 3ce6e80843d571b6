// Validates a graph export with the class schemas that JupiterOne publishes: one line of JSON for each violation.
const { readFileSync } = require("node:fs");
const { IntegrationSchema, RelationshipClass } = require("@jupiterone/data-model");

const graph = JSON.parse(readFileSync(0, "utf8"));
const report = (key, problem) => console.log(JSON.stringify({ key, problem }));

for (const entity of graph.entities) {
  for (const name of entity._class) {
    const validate = IntegrationSchema.getSchema(`#${name}`);
    if (!validate) report(entity._key, `there is no class ${name}`);
    else if (!validate(entity)) report(entity._key, validate.errors);
  }
}
const classes = new Set(Object.values(RelationshipClass));
for (const relationship of graph.relationships) {
  if (!classes.has(relationship._class)) report(relationship._key, `there is no class ${relationship._class}`);
  for (const [name, value] of Object.entries(relationship)) {
    if (!["string", "number", "boolean"].includes(typeof value)) report(relationship._key, `${name} is no scalar`);
  }
}
console.error(`checked ${graph.entities.length} entities and ${graph.relationships.length} relationships`);
