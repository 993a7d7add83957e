-- The same rows as tables that users of PostGraphile would make: one a kind with only its own columns, foreign
-- keys, dates as two columns, and the indexes that serve the questions best, covering ones where they help.
-- Run with the search path on the schema that holds the data set. No audience, no status, no row security:
-- the peer is spared what the other contestant checks on every row.

CREATE SCHEMA peer;

CREATE TABLE peer.region (
  code text PRIMARY KEY,
  name text NOT NULL
);
INSERT INTO peer.region SELECT code, name FROM region;

CREATE TABLE peer.university (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  slug text NOT NULL UNIQUE,
  type text,
  student_count int,
  established_on date,
  city text,
  country text REFERENCES peer.region,
  subdivision text REFERENCES peer.region
);
INSERT INTO peer.university
SELECT id, name, slug, type, student_count, established_on, city, country, subdivision
FROM entity WHERE kind = 'UNIVERSITY';

CREATE TABLE peer.zone (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  slug text NOT NULL UNIQUE,
  regime text NOT NULL,
  city text,
  country text REFERENCES peer.region,
  subdivision text REFERENCES peer.region,
  notified_on date
);
INSERT INTO peer.zone
SELECT id, name, slug, regime, city, country, subdivision, notified_on FROM entity WHERE kind = 'ZONE';

CREATE TABLE peer.company (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  slug text NOT NULL UNIQUE,
  legal_name text,
  size_class text,
  employee_count int,
  founded_on date,
  funding_stage text,
  city text,
  country text REFERENCES peer.region,
  subdivision text REFERENCES peer.region
);
INSERT INTO peer.company
SELECT id, name, slug, legal_name, size_class, employee_count, founded_on, funding_stage, city, country, subdivision
FROM entity WHERE kind = 'COMPANY';

CREATE TABLE peer.program (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  slug text NOT NULL UNIQUE,
  program_kind text NOT NULL,
  opens_on date,
  closes_on date,
  starts_on date,
  ends_on date
);
INSERT INTO peer.program
SELECT id, name, slug, program_kind, opens_on, closes_on, starts_on, ends_on FROM entity WHERE kind = 'PROGRAM';

CREATE TABLE peer.expert (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  slug text NOT NULL UNIQUE,
  given_name text,
  family_name text,
  headline text,
  city text,
  country text REFERENCES peer.region,
  subdivision text REFERENCES peer.region,
  is_freelancer boolean
);
INSERT INTO peer.expert
SELECT id, name, slug, given_name, family_name, headline, city, country, subdivision, is_freelancer
FROM entity WHERE kind = 'EXPERT';

-- A period that has no end ends at infinity, so that one comparison asks whether it is over.
CREATE TABLE peer.company_zone (
  id uuid PRIMARY KEY,
  company_id uuid NOT NULL REFERENCES peer.company,
  zone_id uuid NOT NULL REFERENCES peer.zone,
  since date NOT NULL,
  until date NOT NULL
);
INSERT INTO peer.company_zone
SELECT id, subject_id, object_id, starts_on, ends_before FROM relation WHERE role = 'TENANT_OF';

CREATE TABLE peer.affiliation (
  id uuid PRIMARY KEY,
  expert_id uuid NOT NULL REFERENCES peer.expert,
  company_id uuid REFERENCES peer.company,
  university_id uuid REFERENCES peer.university,
  title text,
  since date NOT NULL,
  until date NOT NULL,
  CHECK (num_nonnulls(company_id, university_id) = 1)
);
INSERT INTO peer.affiliation
SELECT id, subject_id,
       CASE object_kind WHEN 'COMPANY' THEN object_id END,
       CASE object_kind WHEN 'UNIVERSITY' THEN object_id END,
       title, starts_on, ends_before
FROM relation WHERE role = 'EMPLOYED_BY';

CREATE TABLE peer.study (
  id uuid PRIMARY KEY,
  expert_id uuid NOT NULL REFERENCES peer.expert,
  university_id uuid NOT NULL REFERENCES peer.university,
  title text,
  since date NOT NULL,
  until date NOT NULL
);
INSERT INTO peer.study
SELECT id, subject_id, object_id, title, starts_on, ends_before FROM relation WHERE role = 'STUDIED_AT';

CREATE TABLE peer.participation (
  id uuid PRIMARY KEY,
  company_id uuid REFERENCES peer.company,
  expert_id uuid REFERENCES peer.expert,
  program_id uuid NOT NULL REFERENCES peer.program,
  since date NOT NULL,
  until date NOT NULL,
  CHECK (num_nonnulls(company_id, expert_id) = 1)
);
INSERT INTO peer.participation
SELECT id,
       CASE subject_kind WHEN 'COMPANY' THEN subject_id END,
       CASE subject_kind WHEN 'EXPERT' THEN subject_id END,
       object_id, starts_on, ends_before
FROM relation WHERE role = 'PARTICIPATES_IN';

CREATE INDEX ON peer.university (subdivision);
CREATE INDEX ON peer.university (country);
CREATE INDEX ON peer.zone (subdivision, id);
CREATE INDEX ON peer.zone (country);
CREATE INDEX ON peer.company (name, id);
CREATE INDEX ON peer.company (size_class, name, id);
CREATE INDEX ON peer.company (subdivision, size_class) INCLUDE (employee_count);
CREATE INDEX ON peer.company (country);
CREATE INDEX ON peer.company USING gin (name gin_trgm_ops);
CREATE INDEX ON peer.expert (subdivision);
CREATE INDEX ON peer.expert (country);
CREATE INDEX ON peer.company_zone (zone_id, company_id, id) INCLUDE (since, until);
CREATE INDEX ON peer.company_zone (company_id, zone_id, id) INCLUDE (since, until);
CREATE INDEX ON peer.affiliation (company_id, expert_id, id) INCLUDE (since, until);
CREATE INDEX ON peer.affiliation (university_id, expert_id, id) INCLUDE (since, until);
CREATE INDEX ON peer.affiliation (expert_id, company_id, id) INCLUDE (since, until);
CREATE INDEX ON peer.study (expert_id, university_id, id) INCLUDE (since, until);
CREATE INDEX ON peer.study (university_id, expert_id, id) INCLUDE (since, until);
CREATE INDEX ON peer.participation (company_id, program_id, id) INCLUDE (since, until);
CREATE INDEX ON peer.participation (expert_id, program_id, id) INCLUDE (since, until);
CREATE INDEX ON peer.participation (program_id, id) INCLUDE (since, until);
