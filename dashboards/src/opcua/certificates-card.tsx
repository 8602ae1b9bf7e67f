import { useSignal } from '@preact/signals'
import type { OpcuaAnswer, OpcuaCertificate } from '../../../src/views/wire/opcua.js'
import { nowMs } from '../state.js'
import { ActButton } from '../ui/act-button.js'
import { FormDialog } from '../ui/form-dialog.js'
import { notify } from '../ui/notice.js'
import { trustCertificate } from './requests.js'
import { opcuaWords } from './words.js'

type Kept = OpcuaAnswer['certificates'][number]

const OWN_FILE = 'greengauge-opcua.pem'

interface CertificatesCardProps {
  readonly answer: OpcuaAnswer
  onChanged(): void
}

/** Our own certificate to be taken along, and those of servers with whether they are trusted. */
export function CertificatesCard({ answer: { own_certificate: own, certificates }, onChanged }: CertificatesCardProps) {
  const w = opcuaWords().certificates
  const asking = useSignal<Kept | null>(null)
  const done = (subject: string) => {
    notify(w.done(subject))
    onChanged()
  }
  const ordered = certificates.toSorted((a, b) => a.trust.localeCompare(b.trust) || a.subject.localeCompare(b.subject))
  return (
    <section class="card" aria-label={w.title} data-card="opcua-certificates">
      <header class="card-head">
        <h2>{w.title}</h2>
        <span class="card-sub">{w.sub}</span>
        <span class="card-tools">
          {own !== null && (
            <a
              class="button is-small"
              href={`data:application/x-pem-file,${encodeURIComponent(own.pem)}`}
              download={OWN_FILE}
            >
              {w.take}
            </a>
          )}
        </span>
      </header>
      <ul class="rows">
        <li class="opcua-row">
          <div class="opcua-line">
            <strong>{w.own}</strong>
            {own === null ? <span class="faint">{w.noOwn}</span> : <Facts of={own} />}
          </div>
        </li>
        {ordered.map((one) => (
          <li key={one.sha256} class="opcua-row" data-certificate={one.sha256} data-trust={one.trust}>
            <div class="opcua-line">
              <Facts of={one} />
              <span class={`opcua-end ${one.trust === 'trusted' ? 'faint' : 'is-strong'}`}>{w.trust[one.trust]}</span>
              <ActButton
                right="administer"
                class="button is-small"
                aria-label={`${one.trust === 'trusted' ? w.undoTrust : w.doTrust} ${one.subject}`}
                onClick={() => (asking.value = one)}
              >
                {one.trust === 'trusted' ? w.undoTrust : w.doTrust}
              </ActButton>
            </div>
          </li>
        ))}
      </ul>
      {certificates.length === 0 && <p class="config-note faint">{w.none}</p>}
      {asking.value !== null && <TrustDialog of={asking.value} onDone={done} onClose={() => (asking.value = null)} />}
    </section>
  )
}

function Facts({ of: { subject, sha1, valid_to } }: { readonly of: OpcuaCertificate }) {
  const w = opcuaWords().certificates
  const day = valid_to.slice(0, 10)
  return (
    <>
      <span>{subject}</span>
      <span class="faint">{Date.parse(valid_to) <= nowMs.value ? w.ended(day) : w.until(day)}</span>
      <span class="faint config-path">SHA-1 {sha1}</span>
    </>
  )
}

interface TrustDialogProps {
  readonly of: Kept
  onDone(subject: string): void
  onClose(): void
}

function TrustDialog({ of: { sha256, sha1, subject, trust }, onDone, onClose }: TrustDialogProps) {
  const all = opcuaWords()
  const w = all.certificates
  const act = (trust === 'trusted' ? w.undoTrust : w.doTrust).replace('…', '')
  return (
    <FormDialog
      title={`${act}: ${subject}`}
      cancel={all.cancel}
      submit={act}
      act={() => trustCertificate(sha256, trust === 'trusted' ? 'rejected' : 'trusted')}
      onDone={() => onDone(subject)}
      onClose={onClose}
    >
      <p>{trust === 'trusted' ? w.reallyNot : w.compare}</p>
      <p class="config-path">SHA-1 {sha1}</p>
    </FormDialog>
  )
}
