import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { words } from '../settings.js'
import { ErrorBody } from './error-card.js'
import { Skeleton } from './skeleton.js'

/** A page whose code is fetched when it is opened for the first time: the first paint does not wait for it. */
export function lateView<Props extends object>(fetchView: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let fetched: ComponentType<Props> | null = null
  return function LateView(props: Props) {
    const [View, setView] = useState<ComponentType<Props> | null>(() => fetched)
    const [failure, setFailure] = useState<string | null>(null)
    const fetchNow = () => {
      setFailure(null)
      fetchView().then(
        (view) => {
          fetched = view
          setView(() => view)
        },
        (error: unknown) => setFailure(error instanceof Error ? error.message : String(error)),
      )
    }
    useEffect(() => {
      if (fetched === null) fetchNow()
    }, [])
    if (View !== null) return <View {...props} />
    if (failure === null) return <Skeleton class="late-skeleton" />
    return (
      <section class="card">
        <ErrorBody title={words().error.page} detail={failure} onRetry={fetchNow} />
      </section>
    )
  }
}
