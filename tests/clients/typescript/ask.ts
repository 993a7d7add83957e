import type { TypedDocumentString } from './generated/graphql.js'

export const url = 'http://127.0.0.1:8000/graphql'
export const headers = { authorization: `Bearer ${process.env['TRIPLEHELIX_KEY']}` }

interface Problem {
  message: string
  path?: (string | number)[]
  extensions: { code: string; hint?: string }
}

export class Refused extends Error {
  constructor(readonly problems: Problem[]) {
    super(problems.map((problem) => problem.message).join(' '))
  }
}

// The data of an operation, typed by its document.
export async function ask<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, accept: 'application/graphql-response+json', 'content-type': 'application/json' },
    body: JSON.stringify({ query: document.toString(), variables }),
  })
  const answer = (await response.json()) as { data?: Data; errors?: Problem[] }
  if (answer.errors || !answer.data) throw new Refused(answer.errors ?? [])
  return answer.data
}
