// PostGraphile over the schema `peer`, as its documentation advises for production, in one process.
// DATABASE_URL says where the tables are, PORT where to listen; says "listening" on stdout when it does.
import { createServer } from "node:http";
import { PgAggregatesPreset } from "@graphile/pg-aggregates";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { PostGraphileConnectionFilterPreset } from "postgraphile-plugin-connection-filter";

const connections = 10;
const port = Number(process.env.PORT);

const instance = postgraphile({
  extends: [PostGraphileAmberPreset, PostGraphileConnectionFilterPreset, PgAggregatesPreset],
  pgServices: [
    makePgService({
      connectionString: process.env.DATABASE_URL,
      schemas: ["peer"],
      poolConfig: { max: connections, min: connections },
    }),
  ],
  schema: {
    // Plain lists beside connections: they are cheaper where nothing but the rows is asked for.
    defaultBehavior: "+connection +list",
    connectionFilterRelations: true,
  },
  grafserv: { port, graphqlPath: "/graphql", graphiql: false, watch: false, websockets: false },
  grafast: { explain: false },
});

const server = createServer();
server.on("error", (error) => {
  console.error(error.message);
  process.exit(1);
});
server.keepAliveTimeout = 120_000;
await instance.createServ(grafserv).addTo(server);
server.listen(port, "127.0.0.1", () => console.log("listening"));
