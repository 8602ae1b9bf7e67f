import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import type { Answer } from '../gateway/api.js'
import { may } from '../session.js'
import { ErrorCard } from '../ui/error-card.js'
import { Skeleton } from '../ui/skeleton.js'
import { ClientsCard } from './clients-card.js'
import { PeopleCard } from './people-card.js'
import { useAccounts, useClients, useConfig, useSessions } from './requests.js'
import { type MadeSecret, SecretDialog } from './secret-dialog.js'
import { SessionsCard } from './sessions-card.js'
import { SignInCard } from './sign-in-card.js'
import { accessWords } from './words.js'
import '../configuration/configuration.css'
import './access.css'

/** Everything that lets somebody or something in: accounts, credentials of MQTT clients, and sessions. */
export default function AccessView() {
  const changes = useSignal(0)
  const made = useSignal<MadeSecret | null>(null)
  const again = () => void changes.value++
  const show = (secret: MadeSecret) => (made.value = secret)
  return (
    <>
      {may('administer') && <SignIn changes={changes.value} onChanged={again} />}
      {may('administer') && <People changes={changes.value} onChanged={again} onSecret={show} />}
      {may('administer') && <Clients changes={changes.value} onChanged={again} onSecret={show} />}
      <OpenSessions changes={changes.value} onChanged={again} />
      {made.value !== null && <SecretDialog made={made.value} onClose={() => (made.value = null)} />}
    </>
  )
}

interface CardProps {
  readonly changes: number
  onChanged(): void
}

interface SecretCardProps extends CardProps {
  onSecret(made: MadeSecret): void
}

function SignIn({ changes, ...rest }: CardProps) {
  const accounts = useAccounts(changes)
  const clients = useClients(changes)
  const config = useConfig(changes)
  return (
    <Loaded {...accounts}>
      {(people) => (
        <Loaded {...clients}>
          {(devices) => (
            <Loaded {...config}>
              {(settings) => <SignInCard accounts={people} clients={devices} config={settings} {...rest} />}
            </Loaded>
          )}
        </Loaded>
      )}
    </Loaded>
  )
}

function People({ changes, ...rest }: SecretCardProps) {
  const polled = useAccounts(changes)
  return <Loaded {...polled}>{(value) => <PeopleCard answer={value} {...rest} />}</Loaded>
}

function Clients({ changes, ...rest }: SecretCardProps) {
  const polled = useClients(changes)
  return <Loaded {...polled}>{(value) => <ClientsCard answer={value} {...rest} />}</Loaded>
}

function OpenSessions({ changes, ...rest }: CardProps) {
  const polled = useSessions(changes)
  return <Loaded {...polled}>{(value) => <SessionsCard answer={value} {...rest} />}</Loaded>
}

interface LoadedProps<T> {
  readonly value: Answer<T>
  again(): void
  children(value: T): ComponentChildren
}

function Loaded<T>({ value, again, children }: LoadedProps<T>) {
  if (value.kind === 'failed') return <ErrorCard title={accessWords().failed} detail={value.detail} onRetry={again} />
  if (value.kind === 'loading') return <Skeleton class="is-plot" />
  return <>{children(value.value)}</>
}
