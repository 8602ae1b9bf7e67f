/**
 * Names of what the gateway keeps at NATS. A partition holds the plants whose id falls to it (`partitionOf`); each has
 * exactly one owner at a time.
 */

/** Stream in which nats-server itself keeps what MQTT clients published with QoS 1 or 2, for those who have asked for it by a consumer. */
export const MQTT_STREAM = '$MQTT_msgs'

/** Head that nats-server gives to what an MQTT client has published, and that none can leave out: its QoS. */
export const MQTT_HEADER = 'Nmqtt-Pub'

/** First levels of the subjects in `MQTT_STREAM`. */
export const MQTT_KEPT = '$MQTT.msgs.'

/** The durable consumer of a partition there. It has to stand before the first device sends: without one nothing is kept. */
export function mqttConsumer(partition: number): string {
  return `greengauge_${partition}`
}

/**
 * Its filter. One, and no second: to a consumer with several filters nats-server 2.10 gives each message after reading the whole file
 * that the message is in, as soon as that file is not in its memory any more. So whatever is journaled has as many levels.
 */
export function mqttFilter(partition: number): string {
  return `${MQTT_KEPT}${Array.from({ length: LEVELS }, () => '*').join('.')}.${partition}`
}

/** The same while it passes by, for those who listen now: subjects of devices and no others. */
export function mqttSubjects(partition: number): string[] {
  const rest = Array.from({ length: LEVELS - 1 }, () => '*').join('.')
  return ROOTS.map((root) => `${root}.${rest}.${partition}`)
}

/** The stream of a partition's journal: a message is what one write appended to a segment file. */
export function journalStream(partition: number): string {
  return `greengauge_journal_${partition}`
}

export function journalSubject(partition: number, segment: number): string {
  return `greengauge.journal.${partition}.${String(segment).padStart(8, '0')}`
}

/**
 * Stream of what plants with a gateway of their own have forwarded: published under `edgeSubject`, kept under a subject with
 * the partition.
 */
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

/** Bucket that says who owns which partition, and which nodes there are: entries that are not renewed go away by themselves. */
export const LEASES_BUCKET = 'greengauge_leases'

/** Bucket that says what a partition's files are made of, for the next owner: one entry a partition. */
export const STATE_BUCKET = 'greengauge_state'

/** The blocks of those files, by their SHA-256. */
export const BLOCKS_BUCKET = 'greengauge_blocks'

/** Answers questions about the plants of a partition. */
export function requestSubject(partition: number): string {
  return `greengauge.ask.${partition}`
}

/** Levels of what is journaled, without that of the partition. */
const LEVELS = 5
const ROOTS = ['plants', 'spBv1//0']
/** Stands for the device in a message of a Sparkplug node itself. */
const NO_DEVICE = '-'

/** Topics that are journaled, as NATS subjects (`.` of a topic is `//`). The first wildcard, plant or group, says where they belong. */
const MAPPED: readonly string[] = [
  ...['energy', 'emissions', 'robot', 'production', 'status'].map((leaf) => `plants.*.*.*.${leaf}`),
  // Not NCMD and DCMD: who they are for listens to their topics as they are.
  ...['NBIRTH', 'NDATA', 'NDEATH'].map((type) => `spBv1//0.*.${type}.*`),
  ...['DBIRTH', 'DDATA', 'DDEATH'].map((type) => `spBv1//0.*.${type}.*.*`),
]

/**
 * Mappings for the account of the devices in the configuration of nats-server, source to destination: the number of the
 * partition goes behind the topic as one more level, so that `plants/suzhou-1/#` still is what it was.
 */
export function subjectMappings(partitions: number): ReadonlyMap<string, string> {
  return new Map(
    MAPPED.map((from) => {
      let wildcard = 0
      const kept = from.split('.').map((token) => (token === '*' ? `{{wildcard(${++wildcard})}}` : token))
      while (kept.length < LEVELS) kept.push(NO_DEVICE)
      return [from, [...kept, `{{partition(${partitions},1)}}`].join('.')]
    }),
  )
}

/** The subject before `subjectMappings`. */
export function unmapped(subject: string): string {
  const tokens = subject.split('.').slice(0, LEVELS)
  const isOfNode = tokens[0] === ROOTS[1] && tokens[2]?.startsWith('N') === true && tokens.at(-1) === NO_DEVICE
  return (isOfNode ? tokens.slice(0, -1) : tokens).join('.')
}
