/** Kinds of messages of an edge node or for one; N of the node itself, D of one of its devices. */
export type Verb = 'NBIRTH' | 'NDEATH' | 'DBIRTH' | 'DDEATH' | 'NDATA' | 'DDATA' | 'NCMD' | 'DCMD'

const NODE_VERBS: readonly string[] = ['NBIRTH', 'NDEATH', 'NDATA', 'NCMD']
const DEVICE_VERBS: readonly string[] = ['DBIRTH', 'DDEATH', 'DDATA', 'DCMD']
export const NAMESPACE = 'spBv1.0'
/** Characters of the id of a group, node or device; the specification sets no limit. */
const ID_CHARS_MAX = 128

/** Ids as they are sent: the specification minds upper and lower case. */
export interface NodeTopic {
  readonly verb: Verb
  readonly group: string
  readonly node: string
  /** Null for the node itself. */
  readonly device: string | null
  /** `{group}/{node}`, made once: it is looked up with each message. */
  readonly nodeKey: string
}

/**
 * `spBv1.0/{group}/{verb}/{node}[/{device}]`, or 'state' for `spBv1.0/STATE/{host}`, or a sentence that says what is
 * wrong. Source: Sparkplug 3.0 §4.1.
 */
export function parseSparkplugTopic(topic: string): NodeTopic | 'state' | { readonly problem: string } {
  const parts = topic.split('/')
  const [, group, verb, node, device = null] = parts
  if (group === 'STATE' && parts.length === 3) return 'state'
  if (group === undefined || verb === undefined || node === undefined || parts.length > 5) {
    return {
      problem: `a topic is ${NAMESPACE}/{group}/{verb}/{node} or …/{node}/{device}; this one has ${parts.length} levels`,
    }
  }
  const verbs = device === null ? NODE_VERBS : DEVICE_VERBS
  if (!verbs.includes(verb)) {
    return { problem: `with ${parts.length} levels the third one is ${verbs.join(', ')}; "${verb.slice(0, 40)}" came` }
  }
  for (const id of [group, node, ...(device === null ? [] : [device])]) {
    if (id === '' || id.length > ID_CHARS_MAX)
      return { problem: `an id has 1 to ${ID_CHARS_MAX} characters, one has ${id.length}` }
  }
  return { verb: verb as Verb, group, node, device, nodeKey: `${group}/${node}` }
}
