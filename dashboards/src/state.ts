import { batch, computed, effect, signal } from '@preact/signals'
import { FEED_NOT_ALLOWED } from '../../src/base/access.js'
import { MACHINE_CLOCKS, systemClock } from '../../src/base/clock.js'
import type { KpiInfo } from '../../src/base/kpi.js'
import { type DeviceState, FEED_SUBPROTOCOL, type FeedMessage, type PlantNode } from '../../src/base/wire.js'
import { alarmChanged, alarmList, readAlarms } from './alarms/open.js'
import { shownCurrency } from './format.js'
import { type Answer, type GatewayAnswer, getCatalogue, getGateway, getOpenAlarms, getPlants } from './gateway/api.js'
import { type Connection, Feed, type FeedOptions, type Socket } from './gateway/feed.js'
import { GatewayTime } from './gateway/gateway-time.js'
import { wantedOn } from './gateway/wanted.js'
import { parseRoute, pathOf } from './route.js'
import { Streams } from './series/streams.js'
import { isSignedOut, lookAgain, signedIn } from './session.js'

/** Everything the page knows, as signals, and what keeps it up to date. */

const PLANTS_EVERY_MS = 5_000
/** The feed tells when an alarm changes, and not each figure that it compares since. */
const ALARMS_EVERY_MS = 30_000
const PLANTS_OVERDUE_MS = 2 * PLANTS_EVERY_MS
/** Reads that fail while the feed says nothing either: then the network is dead, and not only one answer. */
const UNANSWERED_MAX = 2
const RECOVERED_AFTER_MS = 500
const RECOVERED_UNTIL_MS = 5_500

const time = new GatewayTime(MACHINE_CLOCKS)
/** Time of the gateway, to the second; that of this machine before it was heard. */
export const nowMs = signal(time.nowMs())
/** The same to the minute: what changes no faster need not be drawn anew each second. */
export const minuteMs = computed(() => Math.floor(nowMs.value / 60_000) * 60_000)

export const route = signal(parseRoute(location.hash))
export const plants = signal<Answer<readonly PlantNode[]>>({ kind: 'loading' })
export const catalogue = signal<Answer<ReadonlyMap<string, KpiInfo>>>({ kind: 'loading' })
export const gateway = signal<GatewayAnswer | null>(null)
export const connection = signal<Connection>({ kind: 'connecting' })
/**
 * Set for 5 s after a break: `whole` when every update of it was caught up, `anew` when the gateway has started again or
 * could not say what was missed, and all is read again.
 */
export const recovered = signal<'whole' | 'anew' | null>(null)
/**
 * Grows whenever the feed has started from a snapshot: what was read from history before it may have a hole behind it,
 * and is read again. 0 while a snapshot is on its way.
 */
export const generation = signal(0)
let generations = 0
/** Grows when the gateway tells that a report has changed: lists of them are read again. */
export const reportChanges = signal(0)
const plantsReadMs = signal(nowMs.peek())
/**
 * Time by which the newest reading lay behind the gateway's clock when the plants were last read, or lies behind it now
 * where that was long ago; null without readings.
 */
export const lagMs = computed(() => {
  const newest = Math.max(...plantList.value.map(newestMs))
  if (!Number.isFinite(newest)) return null
  const readMs = plantsReadMs.value
  return Math.max(0, (nowMs.value - readMs > PLANTS_OVERDUE_MS ? nowMs.value : readMs) - newest)
})

export const streams = new Streams((flush) => {
  if (document.hidden) setTimeout(flush, 1_000)
  else requestAnimationFrame(flush)
})

export const plantList = computed(() => (plants.value.kind === 'loaded' ? plants.value.value : []))
/** Money is written in the currency of the plant that is shown. */
effect(() => {
  const of = route.value
  const id = 'plant' in of ? of.plant : null
  const list = plantList.value
  const shown = list.find((plant) => plant.id === id) ?? (list.length === 1 ? list[0] : undefined)
  shownCurrency.value = shown?.currency ?? null
})

/** Reads of the plants that have failed since the gateway was last heard. */
let unanswered = 0
let plantsAsked = 0
let plantsAnswered = 0

export async function loadPlants(): Promise<void> {
  const mine = ++plantsAsked
  const answer = await getPlants()
  // One that was asked for earlier may arrive later.
  if (mine < plantsAnswered) return
  plantsAnswered = mine
  unanswered = answer.kind === 'failed' ? unanswered + 1 : 0
  if (unanswered >= UNANSWERED_MAX && connection.peek().kind === 'live') feed.lost()
  // While the connection is down the figures stand: a failed refresh does not take away what was there.
  if (answer.kind !== 'loaded') {
    if (plants.value.kind !== 'loaded') plants.value = answer
    return
  }
  batch(() => {
    plants.value = { kind: 'loaded', value: answer.value }
    plantsReadMs.value = time.nowMs()
  })
}

/** The open alarms of all plants; those that change meanwhile come from the feed. */
export const loadAlarms = () => readAlarms(getOpenAlarms, systemClock)

/** Newest event time of a plant's devices, -Infinity before the first. */
export function newestMs(plant: PlantNode): number {
  const times = plant.lines.flatMap((line) =>
    line.devices.map((d) => (d.newest === null ? -Infinity : Date.parse(d.newest))),
  )
  return Math.max(-Infinity, ...times)
}

export async function loadCatalogue(): Promise<void> {
  const answer = await getCatalogue()
  catalogue.value =
    answer.kind === 'loaded' ? { kind: 'loaded', value: new Map(answer.value.kpis.map((k) => [k.id, k])) } : answer
}

async function loadGateway(): Promise<void> {
  const answer = await getGateway()
  if (answer.kind === 'loaded') gateway.value = answer.value
}

function withDeviceState(message: { plant: string; device: string; state: DeviceState }): void {
  if (plants.value.kind !== 'loaded') return
  const value = plants.value.value.map((plant) =>
    plant.id !== message.plant
      ? plant
      : {
          ...plant,
          lines: plant.lines.map((line) => ({
            ...line,
            devices: line.devices.map((d) => (d.id === message.device ? { ...d, state: message.state } : d)),
          })),
        },
  )
  plants.value = { kind: 'loaded', value }
}

function take(message: FeedMessage): void {
  unanswered = 0
  if (message.type === 'hello') time.hear(Date.parse(message.server_time))
  if (message.type === 'snapshot' || message.type === 'update') streams.offer(message.points)
  if (message.type === 'snapshot') {
    // The part of history that is read depends on the newest points: have them in place first.
    streams.flush()
    streams.past.invalidate(nowMs.peek())
    generation.value = ++generations
    void loadAlarms()
  }
  if (message.type === 'alarm') alarmChanged(message.alarm)
  if (message.type === 'device') withDeviceState(message)
  // Changes that were told during a break are not told again: a snapshot may follow one.
  if (message.type === 'report' || message.type === 'snapshot') reportChanges.value++
}

let recovery: AbortController | null = null
/** There was a break that nobody has been told the end of. */
let hasBroken = false

async function announceRecovery(how: 'whole' | 'anew'): Promise<void> {
  recovery = new AbortController()
  const { signal } = recovery
  // A gap is told right after the greeting: do not promise before.
  await systemClock.sleep(RECOVERED_AFTER_MS, signal)
  if (signal.aborted) return
  hasBroken = false
  recovered.value = how
  await systemClock.sleep(RECOVERED_UNTIL_MS - RECOVERED_AFTER_MS, signal)
  if (!signal.aborted) recovered.value = null
}

function connectionIs(next: Connection): void {
  connection.value = next
  if (next.kind === 'lost') hasBroken = true
  if (recovery !== null) {
    recovery.abort()
    recovered.value = null
  }
  if (next.kind === 'live' && hasBroken) void announceRecovery(next.resumed ? 'whole' : 'anew')
  if (next.kind === 'live') void loadMissing()
  // Without a snapshot to wait for, a card asks history and says itself what fails.
  if (next.kind === 'lost' && generation.value === 0) generation.value = ++generations
}

/** Reads what could not be read while the gateway was away. */
async function loadMissing(): Promise<void> {
  if (gateway.value === null) await loadGateway()
  if (catalogue.value.kind !== 'loaded') await loadCatalogue()
  if (plants.value.kind === 'failed') await loadPlants()
}

/** A feed of this page's gateway; a card that shows more than the tiles opens one of its own. */
export function openFeed(options: Pick<FeedOptions, 'wanted' | 'onMessage' | 'onConnection'>): Feed {
  const open = () => {
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:'
    const socket = new WebSocket(`${scheme}//${location.host}/ws/v1`, FEED_SUBPROTOCOL)
    socket.addEventListener('close', ({ code }) => {
      if (code === FEED_NOT_ALLOWED) void lookAgain()
    })
    return socket as Socket
  }
  return new Feed({ open, mayConnect: signedIn, clock: systemClock, random: Math.random, ...options })
}

const feed = openFeed({ wanted: wantedOn(route.value), onMessage: take, onConnection: connectionIs })

/** Tells the feed what the page has come to show. */
function followRoute(): void {
  let asked = JSON.stringify(wantedOn(route.peek()))
  effect(() => {
    const wanted = wantedOn(route.value)
    if (JSON.stringify(wanted) === asked) return
    asked = JSON.stringify(wanted)
    if (connection.peek().kind === 'live') generation.value = 0
    feed.want(wanted)
  })
}

export const tryNow = () => feed.tryNow()

/** Starts everything that moves. */
export function start(): void {
  addEventListener('hashchange', () => {
    const before = pathOf(route.value)
    route.value = parseRoute(location.hash)
    if (pathOf(route.value) !== before) scrollTo(0, 0)
  })
  addEventListener('online', tryNow)
  document.addEventListener('visibilitychange', () => {
    streams.flush()
    if (!document.hidden) void loadPlants()
  })
  setInterval(() => {
    nowMs.value = time.nowMs()
    // The greeting on a new connection says what time it is.
    if (time.isDoubtful && connection.peek().kind === 'live') feed.lost()
  }, 1_000)
  setInterval(() => {
    if (!document.hidden) void loadPlants()
  }, PLANTS_EVERY_MS)
  setInterval(() => {
    const isMeasured = alarmList.peek().some(({ current }) => current !== null)
    if (!document.hidden && isMeasured) void loadAlarms()
  }, ALARMS_EVERY_MS)
  void loadPlants()
  void loadAlarms()
  void loadCatalogue()
  void loadGateway()
  followRoute()
  feed.start()
  effect(() => {
    if (isSignedOut.value) feed.lost()
  })
}
