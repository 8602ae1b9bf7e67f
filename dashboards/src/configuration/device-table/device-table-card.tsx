import { useSignal } from '@preact/signals'
import { DEVICE_TABLE_URL } from './requests.js'
import { TableDialog } from './table-dialog.js'
import { deviceTableWords } from './words.js'

/** The devices as a table: to be downloaded, and taken in again once its reader has seen what it changes. */
export function DeviceTableCard({ readAnew }: { readAnew(): Promise<void> }) {
  const w = deviceTableWords()
  const table = useSignal<Blob | null>(null)
  return (
    <section class="card" aria-label={w.title}>
      <header class="card-head">
        <h2>{w.title}</h2>
        <span class="card-sub">{w.sub}</span>
        <span class="card-tools">
          <a class="button is-small" href={DEVICE_TABLE_URL} download>
            {w.download}
          </a>
        </span>
      </header>
      <div class="config-note">
        <p>{w.about}</p>
        <p>{w.rules}</p>
        <label class="field">
          {w.choose}
          <input
            type="file"
            accept=".csv,text/csv"
            onChange={({ currentTarget }) => {
              table.value = currentTarget.files?.[0] ?? null
              // The same file may be chosen again once it is corrected.
              currentTarget.value = ''
            }}
          />
        </label>
      </div>
      {table.value !== null && (
        <TableDialog
          table={table.value}
          onClose={() => {
            table.value = null
          }}
          readAnew={readAnew}
        />
      )}
    </section>
  )
}
