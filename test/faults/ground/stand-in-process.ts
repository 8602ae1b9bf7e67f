import { createServer } from 'node:net'
import { Aedes } from 'aedes'

/**
 * Stand-in that our promise is measured against: plain aedes with a list in memory, as most brokers in front of a database
 * are. It acknowledges as soon as it has a message. Takes a port as its only argument, and answers any question with the list.
 */

/** One element of a message, as it came. */
export interface Listed {
  readonly device: string
  readonly ts: number
  readonly metrics: Readonly<Record<string, number>>
}

const broker = await Aedes.createBroker()
const list: Listed[] = []
broker.on('publish', ({ topic, payload }, client) => {
  if (client === null) return
  const device = topic.split('/')[3]!
  const said = JSON.parse(payload.toString()) as Omit<Listed, 'device'> | Omit<Listed, 'device'>[]
  for (const { ts, metrics } of Array.isArray(said) ? said : [said]) list.push({ device, ts, metrics })
})
const server = createServer(broker.handle)
server.listen(Number(process.argv[2]), '127.0.0.1', () => process.send!('listens'))
process.on('message', () => process.send!(list))
process.on('disconnect', () => process.exit())
