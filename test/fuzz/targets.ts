import type { FuzzTarget } from './target.js'
import { target as framing } from './targets/framing.js'
import { target as hj212 } from './targets/hj212.js'
import { target as journal } from './targets/journal.js'
import { target as json } from './targets/json.js'
import { target as modbus } from './targets/modbus.js'
import { target as opcua } from './targets/opcua.js'
import { target as query } from './targets/query.js'
import { target as sparkplug } from './targets/sparkplug.js'

/** All that `npm run fuzz` can try; each has a file of its own in `targets/`. */
export const TARGETS: readonly FuzzTarget[] = [framing, json, sparkplug, hj212, modbus, opcua, journal, query]
