import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { ConfigVersionAnswer, ConfigVersionItem } from '../../../src/views/wire/configuration.js'
import { ActButton } from '../ui/act-button.js'
import { Difference } from './preview-dialog.js'
import { readVersion, readVersions } from './requests.js'
import { configWords } from './words.js'

/** More are not shown: whoever looks for an older one asks the API. */
const SHOWN_MAX = 20

interface VersionsCardProps {
  /** Another one whenever there may be a new version. */
  readonly hash: string
  readonly isWritable: boolean
  onUndo(version: number): void
}

/** The newest versions, each with its difference from the one before it, and the way back. */
export function VersionsCard({ hash, isWritable, onUndo }: VersionsCardProps) {
  const w = configWords().versions
  const versions = useSignal<readonly ConfigVersionItem[]>([])
  const shown = useSignal<ConfigVersionAnswer | null>(null)
  const wanted = useRef<number | null>(null)
  useEffect(() => {
    let isNewest = true
    void readVersions().then((answer) => {
      if (isNewest && answer.kind === 'loaded') versions.value = answer.value.versions.slice(0, SHOWN_MAX)
    })
    return () => {
      isNewest = false
    }
  }, [hash])
  const show = async (version: number) => {
    const isOpen = shown.peek()?.version === version
    wanted.current = isOpen ? null : version
    const answer = isOpen ? null : await readVersion(version)
    // Another one may have been asked for meanwhile.
    if (!isOpen && wanted.current !== version) return
    shown.value = answer?.kind === 'loaded' ? answer.value : null
  }
  return (
    <section class="card" aria-label={w.title}>
      <header class="card-head">
        <h2>{w.title}</h2>
      </header>
      {versions.value.length === 0 && <p class="config-note">{w.none}</p>}
      <ul class="rows">
        {versions.value.map((one) => (
          <li key={one.version} class="config-version">
            <div class="config-row">
              <strong class="num">{one.version}</strong>
              <span class="faint num">{one.at.slice(0, 16).replace('T', ' ')} UTC</span>
              <span>{one.how === 'hand' ? w.hand : one.by === '' ? w.anybody : one.by}</span>
              <span class="config-path">{whatOf(one)}</span>
              <span class="card-tools">
                {one.current && <span class="is-strong">{w.current}</span>}
                <button
                  type="button"
                  class="button is-small"
                  aria-expanded={shown.value?.version === one.version}
                  aria-label={`${w.show}: ${one.version}`}
                  onClick={() => void show(one.version)}
                >
                  {w.show}
                </button>
                {!one.current && isWritable && (
                  <ActButton
                    right="administer"
                    class="button is-small"
                    aria-label={`${w.undo}: ${one.version}`}
                    onClick={() => onUndo(one.version)}
                  >
                    {w.undo}
                  </ActButton>
                )}
              </span>
            </div>
            {shown.value?.version === one.version &&
              (shown.value.difference.length === 0 ? (
                <p class="faint">{w.first}</p>
              ) : (
                <Difference lines={shown.value.difference} />
              ))}
          </li>
        ))}
      </ul>
    </section>
  )
}

function whatOf({ how, changes, undoes }: ConfigVersionItem): string {
  const w = configWords().versions
  if (undoes !== null) return w.undoes(String(undoes))
  if (how === 'hand' && changes.length === 0) return ''
  return changes.length === 0 ? w.same : changes.join(', ')
}
