import { words } from '../settings.js'

/** The size of what comes; seen only after 150 ms (by the style sheet), so that a fast answer does not flicker. */
export function Skeleton({ class: name }: { readonly class: string }) {
  return <span class={`skeleton ${name}`} role="status" aria-label={words().loading} />
}

const TILES = 5

/** A card of tiles, before anything is known of them. */
export function TilesSkeleton() {
  return (
    <section class="card tiles-skeleton" role="status" aria-label={words().loading}>
      {Array.from({ length: TILES }, (_, i) => (
        <span key={i} class="tile">
          <span class="skeleton is-label" />
          <span class="skeleton is-value" />
          <span class="skeleton is-plot" />
        </span>
      ))}
    </section>
  )
}
