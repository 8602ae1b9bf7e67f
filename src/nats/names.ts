/**
 * What the gateway keeps at NATS, by name. A partition holds the plants whose id falls to it (`partitionOf`); each has
 * exactly one owner at a time.
 */

/** Where nats-server itself keeps what MQTT clients published with QoS 1 or 2, for those who have asked for it by a consumer. */
export const MQTT_STREAM = '$MQTT_msgs'

/** The durable consumer of a partition there. It has to stand before the first device sends: without one nothing is kept. */
export function mqttConsumer(partition: number): string {
  return `greengauge_${partition}`
}

/** Its filters: what `subjectMappings` makes of the topics of this contract and of Sparkplug B. */
export function mqttFilters(partition: number): string[] {
  return MAPPED.map(({ tokens }) => `$MQTT.msgs.${tokens.join('.')}.${partition}`)
}

/** The stream of a partition's journal: a message is what one write appended to a segment file. */
export function journalStream(partition: number): string {
  return `greengauge_journal_${partition}`
}

export function journalSubject(partition: number, segment: number): string {
  return `greengauge.journal.${partition}.${String(segment).padStart(8, '0')}`
}

/** What plants with a gateway of their own have forwarded: published under `edgeSubject`, kept under a subject with the partition. */
export const EDGE_STREAM = 'greengauge_edge'

export function edgeSubject(plant: string): string {
  return `greengauge.edge.${plant}`
}

export function edgeConsumer(partition: number): string {
  return `greengauge_edge_${partition}`
}

export function edgeFilter(partition: number): string {
  return `greengauge.edge.${partition}.*`
}

/** Last value of every figure and state of every alarm. */
export const RESULTS_STREAM = 'greengauge_results'

/** Who owns which partition, and which nodes there are: entries that are not renewed go away by themselves. */
export const LEASES_BUCKET = 'greengauge_leases'

/** What a partition's files are made of, for the next owner: one entry a partition. */
export const STATE_BUCKET = 'greengauge_state'

/** The blocks of those files, by their SHA-256. */
export const BLOCKS_BUCKET = 'greengauge_blocks'

/** Answers questions about the plants of a partition. */
export function askSubject(partition: number): string {
  return `greengauge.ask.${partition}`
}

/** Topics that are journaled, as NATS subjects (`.` of a topic is `//`), and which token says where they belong. */
const MAPPED: readonly { readonly tokens: readonly string[]; readonly from: readonly string[]; readonly by: number }[] =
  [
    {
      tokens: ['plants', '*', '*', '*', '*'],
      from: ['energy', 'emissions', 'robot', 'production', 'status'].map((leaf) => `plants.*.*.*.${leaf}`),
      by: 1,
    },
    {
      // Not NCMD and DCMD: who they are for listens to their topics as they are.
      tokens: ['spBv1//0', '*', '*', '*'],
      from: ['NBIRTH', 'NDATA', 'NDEATH'].map((type) => `spBv1//0.*.${type}.*`),
      by: 1,
    },
    {
      tokens: ['spBv1//0', '*', '*', '*', '*'],
      from: ['DBIRTH', 'DDATA', 'DDEATH'].map((type) => `spBv1//0.*.${type}.*.*`),
      by: 1,
    },
  ]

/**
 * Mappings for the account of the devices in the configuration of nats-server, source to destination: the number of the
 * partition goes behind the topic as one more level, so that `plants/suzhou-1/#` still is what it was.
 */
export function subjectMappings(partitions: number): ReadonlyMap<string, string> {
  const mapped = MAPPED.flatMap(({ from, by }) => from.map((source) => [source, by] as const))
  return new Map(
    mapped.map(([source, by]) => {
      let wildcard = 0
      const kept = source.split('.').map((token) => (token === '*' ? `{{wildcard(${++wildcard})}}` : token))
      return [source, [...kept, `{{partition(${partitions},${by})}}`].join('.')]
    }),
  )
}
