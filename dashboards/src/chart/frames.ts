/**
 * One paint a frame for all charts that have changed, and none for those that are out of sight: they are painted when
 * they come into it.
 */
class Frames {
  readonly #changed = new Map<Element, () => void>()
  readonly #visible = new Set<Element>()
  readonly #watch = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) this.#visible.add(target)
      else this.#visible.delete(target)
    }
    this.#ask()
  })
  #isAsked = false

  watch(element: Element): () => void {
    this.#watch.observe(element)
    return () => {
      this.#watch.unobserve(element)
      this.#visible.delete(element)
      this.#changed.delete(element)
    }
  }

  /** Calls `paint` in the next frame in which the element is in sight; of several calls the last counts. */
  soon(element: Element, paint: () => void): void {
    this.#changed.set(element, paint)
    this.#ask()
  }

  #ask(): void {
    if (this.#isAsked) return
    if (![...this.#changed.keys()].some((element) => this.#visible.has(element))) return
    this.#isAsked = true
    requestAnimationFrame(() => {
      this.#isAsked = false
      for (const [element, paint] of [...this.#changed]) {
        if (!this.#visible.has(element)) continue
        this.#changed.delete(element)
        paint()
      }
    })
  }
}

export const frames = new Frames()
