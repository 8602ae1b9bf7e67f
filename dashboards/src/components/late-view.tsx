import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { getGateway } from '../gateway/api.js'
import { words } from '../settings.js'
import { ErrorCard } from './error-card.js'
import { Skeleton } from './skeleton.js'

/** A page whose code is fetched when it is opened for the first time: the first paint does not wait for it. */
export function lateView<Props extends object>(fetchView: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let fetched: ComponentType<Props> | null = null
  return function LateView(props: Props) {
    const [View, setView] = useState<ComponentType<Props> | null>(() => fetched)
    const [failure, setFailure] = useState<string | null>(null)
    const fetchNow = async (isAsked: boolean) => {
      setFailure(null)
      try {
        const view = await fetchView()
        fetched = view
        markReloaded(false)
        setView(() => view)
      } catch (error) {
        // A gateway that answers has been replaced by another version, in which the code has another name.
        const isThere = (await getGateway()).kind === 'loaded'
        if (isThere && (isAsked || markReloaded(true))) location.reload()
        else setFailure(error instanceof Error ? error.message : String(error))
      }
    }
    useEffect(() => {
      if (fetched === null) void fetchNow(false)
    }, [])
    if (View !== null) return <View {...props} />
    if (failure === null) return <Skeleton class="late-skeleton" />
    return <ErrorCard title={words().error.page} detail={failure} onRetry={() => void fetchNow(true)} />
  }
}

const RELOADED = 'greengauge.reloaded'

/** Whether that is news. Where nothing can be remembered it never is: a page must not load itself again for ever. */
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
