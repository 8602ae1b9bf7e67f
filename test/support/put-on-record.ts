import type { TestGateway } from './gateway.js'

/** Says something by the API, as people do, and gives what is on record then; throws with what the gateway says when it is refused. */
export async function putOnRecord<T>(
  { httpUrl }: Pick<TestGateway, 'httpUrl'>,
  plant: string,
  body: object,
  path = 'entries',
): Promise<T> {
  const answer = await fetch(`${httpUrl}/api/v1/plants/${plant}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}
