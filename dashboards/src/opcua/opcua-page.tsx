import { useSignal } from '@preact/signals'
import { may } from '../session.js'
import { ErrorCard } from '../ui/error-card.js'
import { NotAllowed } from '../ui/not-allowed.js'
import { Skeleton } from '../ui/skeleton.js'
import { CertificatesCard } from './certificates-card.js'
import { LookCard } from './look-card.js'
import { PicksCard } from './picks-card.js'
import { type Seen, useOpcua } from './requests.js'
import { ServersCard } from './servers-card.js'
import { VariablesCard } from './variables-card.js'
import { opcuaWords } from './words.js'
import '../configuration/configuration.css'
import './opcua.css'

/** Servers of OPC UA: how they stand, whom is trusted, and what there is to pick. */
export default function OpcuaView() {
  return may('administer') ? <Servers /> : <NotAllowed right="administer" />
}

function Servers() {
  const changes = useSignal(0)
  const seen = useSignal<Seen | null>(null)
  const picked = useSignal<ReadonlySet<string>>(new Set())
  const { value, again } = useOpcua(changes.value)
  if (value.kind === 'failed') {
    return <ErrorCard title={opcuaWords().failed} detail={value.detail} onRetry={again} />
  }
  if (value.kind === 'loading') return <Skeleton class="is-page" />
  const changed = () => void changes.value++
  const show = (one: Seen) => {
    picked.value = new Set()
    seen.value = one
    changed()
  }
  return (
    <>
      <ServersCard servers={value.value.servers} />
      <CertificatesCard answer={value.value} onChanged={changed} />
      <LookCard answer={value.value} onAsked={changed} onSeen={show} />
      {seen.value !== null && <VariablesCard seen={seen.value} picked={picked} />}
      {seen.value !== null && picked.value.size > 0 && (
        <PicksCard
          seen={seen.value}
          picked={picked}
          onDone={() => {
            picked.value = new Set()
            changed()
          }}
        />
      )}
    </>
  )
}
