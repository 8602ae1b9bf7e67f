import { words } from '../settings.js'
import { TILES } from '../tiles/tiles.js'

/** The size of what comes; seen only after 150 ms (by the style sheet), so that a fast answer does not flicker. */
export function Skeleton({ class: name }: { readonly class: string }) {
  return <span class={`skeleton ${name}`} role="status" aria-label={words().loading} />
}

/** A card of tiles, before anything is known of them. */
export function TilesSkeleton() {
  return (
    <section
      class="card tiles-skeleton"
      style={{ '--tiles': String(TILES.length) }}
      role="status"
      aria-label={words().loading}
    >
      {TILES.map(({ kpi }) => (
        <span key={kpi} class="tile">
          <span class="skeleton is-label" />
          <span class="skeleton is-value" />
          <span class="skeleton is-plot" />
        </span>
      ))}
    </section>
  )
}
