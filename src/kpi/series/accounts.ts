import { KNOWN_STATES } from '../../base/states.js'

/**
 * Accounts of a series: the columns of its buckets beside the sum. Like a sum they add up over time and members. Times in ms.
 */

/** Columns of the state of a machine: ms in each known state, in the order of `STATES`; then the number of microstops, and those below. */
export const MICROSTOPS = KNOWN_STATES
/** Known time in which work was planned. */
export const PLANNED = KNOWN_STATES + 1
/** Planned busy time: of that, all but planned downtime. Source: ISO 22400-2, PBT. */
export const PLANNED_BUSY = KNOWN_STATES + 2
/** Entries into a fault from another known state. */
export const FAILURES = KNOWN_STATES + 3
/** Faults that ended, and how long these lasted from their entry on. */
export const REPAIRS = KNOWN_STATES + 4
export const REPAIR_TIME = KNOWN_STATES + 5
/** Known time with an order running. Source: ISO 22400-2, AOET. */
export const ORDER_TIME = KNOWN_STATES + 6
export const STATE_ACCOUNTS = KNOWN_STATES + 7

/** Column of a count of pieces: the time they should have taken, by the ideal cycle of the product that was made. */
export const IDEAL_TIME = 0
/** Pieces of which nobody knows the ideal cycle. */
export const UNRATED = 1
export const PIECES_ACCOUNTS = 2

/** Column of a level of a stack: time for which its quality says that the source stands still. */
export const STOPPED = 0
/** The part of its integral that was set by hand, which no limit is compared with. */
export const BY_HAND = 1
/** Good readings, and those that came during calibration or maintenance: 40 CFR 60.13 counts points. */
export const GOOD_READINGS = 2
export const CHECK_READINGS = 3
export const LEVEL_ACCOUNTS = 4
