import { signal, useSignalEffect } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { getGateway } from '../gateway/api.js'
import { words } from '../settings.js'
import { connection } from '../state.js'
import { ErrorCard } from '../ui/error-card.js'
import { Skeleton } from '../ui/skeleton.js'

const fetches: (() => Promise<unknown>)[] = []

/** Something whose code nobody has asked for yet is fetched when the browser has nothing else to do. */
export function fetchLater(fetchCode: () => Promise<unknown>): void {
  fetches.push(fetchCode)
}

/**
 * Fetches what has not been opened yet, one after the other: while the gateway is away, a page that was never opened
 * opens all the same. One that fails is fetched when it is opened.
 */
export function fetchWhenIdle(): void {
  const next = fetches.shift()
  if (next === undefined) return
  const go = () =>
    void next()
      .catch(() => undefined)
      .then(fetchWhenIdle)
  // Safari has no idle time to tell of.
  if (typeof requestIdleCallback === 'function') requestIdleCallback(go, { timeout: IDLE_MAX_MS })
  else setTimeout(go, IDLE_ELSE_MS)
}

const IDLE_MAX_MS = 5_000
const IDLE_ELSE_MS = 500

/** A page whose code is fetched when it is opened for the first time: the first paint does not wait for it. */
export function lateView<Props extends object>(fetchView: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  // A signal: code that comes between the first drawing and its effects is drawn too.
  const fetched = signal<ComponentType<Props> | null>(null)
  const fetchIt = async () => {
    fetched.value = await fetchView()
  }
  fetchLater(fetchIt)
  return function LateView(props: Props) {
    const View = fetched.value
    const [isFailed, setFailed] = useState(false)
    const fetchNow = async (isAsked: boolean) => {
      setFailed(false)
      try {
        await fetchIt()
        markReloaded(false)
      } catch {
        // A gateway that answers has been replaced by another version, in which the code has another name.
        const isThere = (await getGateway()).kind === 'loaded'
        if (isThere && (isAsked || markReloaded(true))) location.reload()
        else setFailed(true)
      }
    }
    useEffect(() => {
      if (fetched.peek() === null) void fetchNow(false)
    }, [])
    // The browser's own words help nobody, and the page asks again by itself once the gateway is back.
    useSignalEffect(() => {
      if (connection.value.kind === 'live' && fetched.peek() === null && isFailed) void fetchNow(false)
    })
    if (View !== null) return <View {...props} />
    if (!isFailed) return <Skeleton class="late-skeleton" />
    return <ErrorCard title={words().error.page} detail={words().error.pageAway} onRetry={() => void fetchNow(true)} />
  }
}

const RELOADED = 'greengauge.reloaded'

/**
 * Notes whether the page has loaded itself again; true when that is news. Where nothing can be remembered it never is:
 * a page must not load itself again for ever.
 */
function markReloaded(isReloaded: boolean): boolean {
  try {
    const was = sessionStorage.getItem(RELOADED) !== null
    if (isReloaded) sessionStorage.setItem(RELOADED, '')
    else sessionStorage.removeItem(RELOADED)
    return was !== isReloaded
  } catch {
    return false
  }
}
