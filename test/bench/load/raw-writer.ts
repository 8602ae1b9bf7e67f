import { Agent, request } from 'node:http'
import { samplesOf } from './order.js'
import { bodiesOf, type RawOrder, type RawReport } from './raw-order.js'

/** A process of its own: takes a `RawOrder` as its only argument, answers with one `RawReport`, and ends. */

async function writeAll(order: RawOrder): Promise<RawReport> {
  const { url, database, inFlight } = order
  // Encoded before the clock starts: what is measured is what InfluxDB takes.
  const bodies = [...bodiesOf(order)]
  const bytes = bodies.reduce((sum, { length }) => sum + length, 0)
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight })
  const target = new URL(`/write?db=${database}&precision=ms`, url)
  const startedMs = Date.now()
  const writers = Array.from({ length: inFlight }, async () => {
    for (let body = bodies.shift(); body !== undefined; body = bodies.shift()) await post(target, agent, body)
  })
  await Promise.all(writers)
  const endedMs = Date.now()
  agent.destroy()
  return { startedMs, endedMs, points: samplesOf(order.load), bytes }
}

function post(url: URL, agent: Agent, body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers: { 'content-length': body.length } }, (answer) => {
      answer.resume()
      answer.once('end', () => {
        if (answer.statusCode === 204) resolve()
        else reject(new Error(`InfluxDB answered ${answer.statusCode}`))
      })
    })
    sent.once('error', reject)
    sent.end(body)
  })
}

process.send!(await writeAll(JSON.parse(process.argv[2]!) as RawOrder))
process.disconnect()
