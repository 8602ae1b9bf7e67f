import { backFill } from './back-fill.js'
import { backlog } from './backlog.js'
import { cardinality } from './cardinality.js'
import { clockJumps } from './clock-jumps.js'
import { cluster } from './cluster.js'
import { demoHour } from './demo-hour.js'
import { diskFull } from './disk-full.js'
import { flips } from './flips.js'
import { frozen } from './frozen.js'
import { importRows } from './import-rows.js'
import { install } from './install.js'
import { kills } from './kills.js'
import { opcuaCut } from './opcua-cut.js'
import { opcuaNodes } from './opcua-nodes.js'
import { plantHours } from './plant-hours.js'
import { plantedFaults } from './planted-faults.js'
import { powerCuts } from './power-cuts.js'
import type { Proof } from './proof.js'
import { reconnects } from './reconnects.js'
import { reportsUnderLoad } from './reports-under-load.js'
import { retainedFlood } from './retained-flood.js'
import { sigterm } from './sigterm.js'
import { soak } from './soak.js'
import { standIn } from './stand-in.js'
import { storeDown } from './store-down.js'
import { strangers } from './strangers.js'
import { syscalls } from './syscalls.js'
import { year } from './year.js'

/** All that `npm run prove` can show; each proof has a file of its own. */
export const PROOFS: readonly Proof[] = [
  kills,
  powerCuts,
  plantedFaults,
  standIn,
  sigterm,
  diskFull,
  syscalls,
  flips,
  strangers,
  frozen,
  retainedFlood,
  reconnects,
  backFill,
  year,
  storeDown,
  backlog,
  clockJumps,
  soak,
  cardinality,
  reportsUnderLoad,
  demoHour,
  plantHours,
  cluster,
  install,
  importRows,
  opcuaNodes,
  opcuaCut,
]
