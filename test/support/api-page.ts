import pino from 'pino'
import { z } from 'zod'
import { startViews } from '../../src/views/views.js'
import { FakeSources } from '../unit/views/fake-sources.js'
import { code, table } from './markdown.js'

const route = z.object({
  tags: z.array(z.string()).default([]),
  summary: z.string().default(''),
  'x-right': z.string().optional(),
  parameters: z.array(z.object({ name: z.string(), in: z.string(), required: z.boolean().default(false) })).default([]),
  requestBody: z
    .object({
      content: z.record(
        z.string(),
        z.object({ schema: z.object({ properties: z.record(z.string(), z.unknown()) }).partial() }),
      ),
    })
    .optional(),
})
const document = z.object({
  tags: z.array(z.object({ name: z.string(), description: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), route)),
})

/** Every route by subject, as the OpenAPI document says it: the tables of docs/reference/api.md. */
export async function apiSections(): Promise<string> {
  const nowhere = { host: '127.0.0.1', port: 0, dashboardsDir: '/nowhere' }
  const views = await startViews(nowhere, new FakeSources(), pino({ level: 'silent' }))
  try {
    const answer = await fetch(`http://127.0.0.1:${views.port}/api/v1/openapi.json`)
    const { tags, paths } = document.parse(await answer.json())
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, one]) => ({ path, method: method.toUpperCase(), ...one })),
    )
    return tags
      .map(({ name, description }) => {
        const rows = routes.filter((one) => one.tags[0] === name).map(row)
        return rows.length === 0 ? '' : `## ${description}\n\n${table(['route', 'right', 'fields', 'answer'], rows)}`
      })
      .filter(Boolean)
      .join('\n')
  } finally {
    await views.close()
  }
}

type Route = z.output<typeof route> & { readonly path: string; readonly method: string }

/** Fields of the query and of the body; those that have to be there are marked. */
function row({ path, method, summary, parameters, requestBody, 'x-right': right }: Route): readonly string[] {
  const asked = parameters
    .filter((one) => one.in === 'query')
    .map(({ name, required }) => code(name) + (required ? '*' : ''))
  const sent = Object.values(requestBody?.content ?? {}).flatMap(({ schema }) => Object.keys(schema.properties ?? {}))
  return [code(`${method} ${path}`), right ?? 'none', [...asked, ...sent.map(code)].join(' '), summary]
}
