// Seeds a database with drizzle-seed and prints {"rows": …, "seconds": …}: node fill.mjs TENANTS, DATABASE_URL set.
//
// drizzle-seed draws each reference by itself, so it cannot fill keys that carry the tenant through every table. It gets
// tables of its own instead: the columns and the indexes of the application's, keys of one column.
import { drizzle } from "drizzle-orm/node-postgres";
import { sql } from "drizzle-orm";
import { boolean, date, index, integer, jsonb, numeric, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { seed } from "drizzle-seed";
import pg from "pg";

const moment = (name) => timestamp(name, { withTimezone: true }).notNull().defaultNow();
const account = () => uuid("client_account_id").notNull().references(() => accounts.id);
const engagement = () => uuid("engagement_id").notNull().references(() => engagements.id);

const accounts = pgTable("client_accounts", {
  id: uuid("id").primaryKey(),
  name: text("name").notNull(),
  slug: text("slug").notNull().unique(),
  industry: text("industry").notNull(),
  employee_count: integer("employee_count"),
  headquarters: text("headquarters"),
  contact_name: text("contact_name"),
  contact_email: text("contact_email"),
  created_at: moment("created_at"),
});
const users = pgTable("users", {
  id: uuid("id").primaryKey(),
  email: text("email").notNull().unique(),
  full_name: text("full_name").notNull(),
  home: uuid("home_client_account_id").notNull().references(() => accounts.id),
  created_at: moment("created_at"),
});
const engagements = pgTable("engagements", {
  id: uuid("id").primaryKey(),
  client_account_id: account(),
  lead: uuid("lead_user_id").notNull().references(() => users.id),
  name: text("name").notNull(),
  description: text("description"),
  starts_on: date("starts_on"),
  budget: numeric("budget", { precision: 14, scale: 2 }),
  created_at: moment("created_at"),
});
const records = pgTable("raw_import_records", {
  id: uuid("id").primaryKey(),
  client_account_id: account(),
  engagement_id: engagement(),
  row_number: integer("row_number").notNull(),
  external_id: text("external_id"),
  raw_data: jsonb("raw_data").notNull(),
  cleansed_data: jsonb("cleansed_data"),
  is_valid: boolean("is_valid").notNull(),
  processed_at: moment("processed_at"),
  created_at: moment("created_at"),
}, (t) => [index().on(t.client_account_id, t.engagement_id, t.is_valid, t.row_number)]);
const assets = pgTable("assets", {
  id: uuid("id").primaryKey(),
  client_account_id: account(),
  engagement_id: engagement(),
  asset_type: text("asset_type").notNull(),
  name: text("name").notNull(),
  description: text("description"),
  environment: text("environment").notNull(),
  criticality: text("criticality").notNull(),
  business_unit: text("business_unit"),
  business_owner: text("business_owner"),
  technical_owner: text("technical_owner"),
  location: text("location"),
  hostname: text("hostname"),
  ip_address: text("ip_address"),
  vendor: text("vendor"),
  model: text("model"),
  serial_number: text("serial_number"),
  os_family: text("os_family"),
  os_name: text("os_name"),
  cpu_cores: integer("cpu_cores"),
  memory_gb: integer("memory_gb"),
  storage_gb: integer("storage_gb"),
  attributes: jsonb("attributes").notNull(),
  monthly_cost: numeric("monthly_cost", { precision: 12, scale: 2 }),
  six_r_strategy: text("six_r_strategy"),
  readiness_score: numeric("readiness_score", { precision: 5, scale: 2 }),
  discovered_at: moment("discovered_at"),
  created_at: moment("created_at"),
}, (t) => [t.name, t.hostname, t.ip_address, t.environment, t.criticality, t.business_unit, t.six_r_strategy]
  .map((column) => index().on(t.client_account_id, t.engagement_id, column)));
const dependencies = pgTable("asset_dependencies", {
  id: uuid("id").primaryKey(),
  client_account_id: account(),
  engagement_id: engagement(),
  source: uuid("source_asset_id").notNull().references(() => assets.id),
  target: uuid("target_asset_id").notNull().references(() => assets.id),
  dependency_type: text("dependency_type").notNull(),
  port: integer("port"),
  description: text("description"),
  created_at: moment("created_at"),
}, (t) => [index().on(t.client_account_id, t.engagement_id, t.target)]);

const schema = { accounts, users, engagements, records, assets, dependencies };
const perTenant = { accounts: 1, users: 4, engagements: 1, records: 153, assets: 63, dependencies: 81 };

const DDL = `
CREATE TABLE client_accounts (id uuid PRIMARY KEY, name text NOT NULL, slug text NOT NULL UNIQUE, industry text NOT NULL,
  employee_count integer, headquarters text, contact_name text, contact_email text, created_at timestamptz NOT NULL);
CREATE TABLE users (id uuid PRIMARY KEY, email text NOT NULL UNIQUE, full_name text NOT NULL,
  home_client_account_id uuid NOT NULL REFERENCES client_accounts, created_at timestamptz NOT NULL);
CREATE TABLE engagements (id uuid PRIMARY KEY, client_account_id uuid NOT NULL REFERENCES client_accounts,
  lead_user_id uuid NOT NULL REFERENCES users, name text NOT NULL, description text, starts_on date,
  budget numeric(14, 2), created_at timestamptz NOT NULL);
CREATE TABLE raw_import_records (id uuid PRIMARY KEY, client_account_id uuid NOT NULL REFERENCES client_accounts,
  engagement_id uuid NOT NULL REFERENCES engagements, row_number integer NOT NULL, external_id text,
  raw_data jsonb NOT NULL, cleansed_data jsonb, is_valid boolean NOT NULL, processed_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL);
CREATE INDEX ON raw_import_records (client_account_id, engagement_id, is_valid, row_number);
CREATE TABLE assets (id uuid PRIMARY KEY, client_account_id uuid NOT NULL REFERENCES client_accounts,
  engagement_id uuid NOT NULL REFERENCES engagements, asset_type text NOT NULL, name text NOT NULL, description text,
  environment text NOT NULL, criticality text NOT NULL, business_unit text, business_owner text, technical_owner text,
  location text, hostname text, ip_address text, vendor text, model text, serial_number text, os_family text,
  os_name text, cpu_cores integer, memory_gb integer, storage_gb integer, attributes jsonb NOT NULL,
  monthly_cost numeric(12, 2), six_r_strategy text, readiness_score numeric(5, 2), discovered_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL);
CREATE INDEX ON assets (client_account_id, engagement_id, name);
CREATE INDEX ON assets (client_account_id, engagement_id, hostname);
CREATE INDEX ON assets (client_account_id, engagement_id, ip_address);
CREATE INDEX ON assets (client_account_id, engagement_id, environment);
CREATE INDEX ON assets (client_account_id, engagement_id, criticality);
CREATE INDEX ON assets (client_account_id, engagement_id, business_unit);
CREATE INDEX ON assets (client_account_id, engagement_id, six_r_strategy);
CREATE TABLE asset_dependencies (id uuid PRIMARY KEY, client_account_id uuid NOT NULL REFERENCES client_accounts,
  engagement_id uuid NOT NULL REFERENCES engagements, source_asset_id uuid NOT NULL REFERENCES assets,
  target_asset_id uuid NOT NULL REFERENCES assets, dependency_type text NOT NULL, port integer, description text,
  created_at timestamptz NOT NULL);
CREATE INDEX ON asset_dependencies (client_account_id, engagement_id, target_asset_id);
`;

const tenants = Number(process.argv[2]);
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
await pool.query(DDL);
const db = drizzle(pool);
const counts = Object.fromEntries(Object.entries(perTenant).map(([name, rows]) => [name, { count: rows * tenants }]));

const began = performance.now();
await seed(db, schema, { seed: 7 }).refine((f) => ({
  ...counts,
  accounts: { ...counts.accounts, columns: { slug: f.string({ isUnique: true }), name: f.companyName(), employee_count: f.int({ minValue: 50, maxValue: 50000 }) } },
  users: { ...counts.users, columns: { email: f.email(), full_name: f.fullName() } },
  assets: {
    ...counts.assets,
    columns: {
      asset_type: f.valuesFromArray({ values: ["server", "application", "database"] }),
      environment: f.valuesFromArray({ values: ["production", "staging", "test"] }),
      criticality: f.valuesFromArray({ values: ["low", "medium", "high"] }),
      business_unit: f.valuesFromArray({ values: ["Finance", "Sales", "Logistics"] }),
      six_r_strategy: f.valuesFromArray({ values: ["rehost", "replatform", "refactor", "retire"] }),
      business_owner: f.fullName(), technical_owner: f.fullName(), location: f.city(), vendor: f.companyName(),
      monthly_cost: f.number({ minValue: 100, maxValue: 900, precision: 100 }),
      readiness_score: f.number({ minValue: 0, maxValue: 100, precision: 100 }),
    },
  },
}));
const seconds = (performance.now() - began) / 1000;

let rows = 0;
for (const table of Object.values(schema)) {
  rows += Number((await db.execute(sql`SELECT count(*) AS n FROM ${table}`)).rows[0].n);
}
await pool.end();
console.log(JSON.stringify({ rows, seconds }));
