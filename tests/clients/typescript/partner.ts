// A partner's program over the types and documents that graphql-codegen makes of partner.graphql.
//
// It writes, reads page by page, follows changes, and prints what it saw as JSON; the key is in
// TRIPLEHELIX_KEY. tests/test_clients_typescript.py says what that must be.

import assert from 'node:assert/strict'
import { createClient } from 'graphql-sse'
import { ask, headers, Refused, url } from './ask.js'
import {
  ChangesDocument,
  FindDocument,
  PlaceDocument,
  PriceDocument,
  RoundsDocument,
  SaveCompaniesDocument,
  SaveExpertsDocument,
  SaveFundingRoundsDocument,
  SaveUniversitiesDocument,
  StaffDocument,
  type ChangesSubscription,
  type RoundsQueryVariables,
  type SaveUniversitiesMutationVariables,
  type StaffQuery,
} from './generated/graphql.js'

const EXACT = '12345678901234567.89'

// Status and first code of each of three items, of which one is wrong.
async function write() {
  const variables: SaveUniversitiesMutationVariables = {
    input: [
      { slug: 'first', name: 'First University', type: 'PUBLIC', establishedOn: '1951-06' },
      { slug: 'nameless' },
      { slug: 'second', name: 'Second University', isFunder: true },
    ],
    errorPolicy: 'REJECT_FAILED',
    idempotencyKey: 'first write',
  }
  const { saveUniversities: saved } = await ask(SaveUniversitiesDocument, variables)
  // Sent again under its key, as after a broken connection, it writes nothing and gives the same answer.
  assert.deepEqual((await ask(SaveUniversitiesDocument, variables)).saveUniversities, saved)
  assert.deepEqual([saved?.created, saved?.rejected], [2, 1])
  const relations = { add: [{ role: 'EMPLOYED_BY' as const, to: { slug: 'first' }, since: '2021-09' }] }
  await ask(SaveExpertsDocument, { input: [{ slug: 'sara', name: 'Sara Example', headline: 'Teaches', relations }] })
  await ask(SaveCompaniesDocument, { input: [{ slug: 'example', name: 'Example Works', legalName: 'Example Ltd' }] })
  return saved?.results.map((one) => [one.status, one.problems[0]?.code ?? null])
}

// All universities founded before a day, or on no known day, one a page.
async function pages() {
  const found = []
  const where = { or: [{ establishedOn: { lt: '1951-06-02' } }, { establishedOn: { isNull: true } }] }
  for (let after: string | null = null; ; ) {
    const { universities: page }: StaffQuery = await ask(StaffDocument, { first: 1, where, after })
    for (const { slug, type, establishedOn, updatedAt, experts } of page.nodes) {
      assert.ok(Date.parse(updatedAt) > 0)
      const staff = experts.edges.map((edge) => [edge.role, edge.since, edge.node.name])
      found.push([slug, type, establishedOn?.date ?? null, staff])
    }
    if (!page.pageInfo.hasNextPage) {
      assert.equal(page.totalCount, found.length)
      return found
    }
    after = page.pageInfo.endCursor
  }
}

// One search whose hits are of several types.
async function kinds() {
  const found: Record<string, string | boolean | null> = {}
  for (const text of ['example', 'second university']) {
    for (const node of (await ask(FindDocument, { text })).search.nodes) {
      if (node.__typename === 'Expert') found[node.slug] = node.headline
      if (node.__typename === 'Company') found[node.slug] = node.legalName
      if (node.__typename === 'University' && text !== 'example') found[node.slug] = node.isFunder
    }
  }
  return found
}

// An amount as written, as filtered by and read, and as summed.
async function amounts() {
  const amount = { amount: EXACT, currency: 'PKR' }
  const { saveFundingRounds: saved } = await ask(SaveFundingRoundsDocument, {
    input: [{ slug: 'round', company: { slug: 'example' }, stage: 'SEED', amount }],
  })
  const where = { company: { slug: { eq: 'example' } }, amount: { eq: EXACT } }
  const { fundingRounds: rounds } = await ask(RoundsDocument, { where })
  // @ts-expect-error A number would have lost digits before it is sent.
  void ({ where: { amount: { eq: 12345678901234567.89 } } } satisfies RoundsQueryVariables)
  return [saved?.results[0]?.fact?.amount?.amount, rounds.nodes[0]?.amount?.amount, rounds.groupBy[0]?.sum.amount]
}

// A change as it happens, and then those that happened while nobody listened.
async function follow() {
  const events = createClient({ url, headers })
  const take = async (after: string, count: number) => {
    const seen: ChangesSubscription['changes'][] = []
    const variables = { after, kinds: ['UNIVERSITY'] }
    for await (const answer of events.iterate<ChangesSubscription>({ query: ChangesDocument.toString(), variables })) {
      if (answer.data) seen.push(answer.data.changes)
      if (seen.length === count) break
    }
    return seen
  }
  const save = (name: string) => ask(SaveUniversitiesDocument, { input: [{ slug: 'followed', name }] })
  const place = (await ask(PlaceDocument, {})).changeLog
  assert.ok(place)
  const following = take(place.endCursor, 1)
  await save('One')
  const [first] = await following
  assert.ok(first)
  await save('Two')
  await save('Three')
  return [first, ...(await take(first.cursor, 2))].map((change) => [change.verb, change.kind])
}

// What a query would cost, and the code of a wrong argument.
async function refused() {
  const query = 'query($n: Int) { zones(first: $n) { nodes { id } } }'
  const { cost: price } = await ask(PriceDocument, { query, variables: { n: 7 } })
  try {
    await ask(StaffDocument, { first: 1, after: 'forged' })
    return []
  } catch (error) {
    assert.ok(error instanceof Refused)
    return [price?.nodes, price?.isAllowed, ...error.problems.map((problem) => problem.extensions.code)]
  }
}

const seen = {
  written: await write(),
  pages: await pages(),
  kinds: await kinds(),
  amounts: await amounts(),
  followed: await follow(),
  refused: await refused(),
}
console.log(JSON.stringify(seen))
