import { useSignal } from '@preact/signals'
import type { ClientChanged, ClientWish } from '../../../src/views/wire/access.js'
import { plantList } from '../state.js'
import { FormDialog } from '../ui/form-dialog.js'
import { ChoiceField, TextField } from './fields.js'
import { changeClient } from './requests.js'
import { accessWords } from './words.js'

/** An act on a credential that needs a word or a yes before it is done. */
export type AskingClient =
  | { readonly act: 'add' | 'add_device' }
  | { readonly act: 'rotate' | 'revoke' | 'remove'; readonly client: string }

interface ClientDialogProps {
  readonly asking: AskingClient
  onDone(client: string, changed: ClientChanged): void
  onClose(): void
}

export function ClientDialog({ asking, onDone, onClose }: ClientDialogProps) {
  const w = accessWords().clients
  const client = useSignal('client' in asking ? asking.client : '')
  const [plant, line, device] = [useSignal(plantList.value[0]?.id ?? ''), useSignal(''), useSignal('')]
  const role = useSignal<'gateway' | 'reader'>('reader')
  const overlap = useSignal<'0' | '3600' | '86400' | '604800'>('86400')
  const titles = { add: w.addProgram, add_device: w.addDevice, rotate: w.rotate, revoke: w.revoke, remove: w.remove }
  // A device is usually its own client.
  const id = () =>
    'client' in asking ? asking.client : client.value.trim() || (asking.act === 'add_device' ? device.value.trim() : '')
  const wishOf = (): ClientWish => {
    const text = (value: string) => value.trim()
    if (asking.act === 'add') return { act: 'add', role: role.value }
    if (asking.act === 'rotate') return { act: 'rotate', overlap_s: Number(overlap.value) }
    if (asking.act !== 'add_device') return { act: asking.act }
    return { act: 'add_device', plant: text(plant.value), line: text(line.value), device: text(device.value) }
  }
  const lines = plantList.value.find((one) => one.id === plant.value)?.lines ?? []
  const devices = lines.find((one) => one.id === line.value)?.devices ?? []
  return (
    <FormDialog<ClientChanged>
      title={'client' in asking ? `${titles[asking.act]}: ${asking.client}` : titles[asking.act]}
      cancel={accessWords().cancel}
      submit={titles[asking.act]}
      check={() => (id() === '' ? `${w.client}?` : '')}
      act={() => changeClient(id(), wishOf())}
      onDone={(changed) => onDone(id(), changed)}
      onClose={onClose}
    >
      {asking.act === 'add_device' && (
        <>
          <TextField label={w.plant} value={plant} offered={plantList.value.map((one) => one.id)} />
          <TextField label={w.line} value={line} offered={lines.map((one) => one.id)} />
          <TextField label={w.device} value={device} offered={devices.map((one) => one.id)} />
        </>
      )}
      {(asking.act === 'add' || asking.act === 'add_device') && <TextField label={w.client} value={client} />}
      {asking.act === 'add' && (
        <ChoiceField label={w.role} value={role} names={{ reader: w.roles.reader, gateway: w.roles.gateway }} />
      )}
      {asking.act === 'rotate' && <ChoiceField label={w.overlap} value={overlap} names={w.overlaps} />}
      {asking.act === 'revoke' && <p>{w.reallyRevoke(asking.client)}</p>}
      {asking.act === 'remove' && <p>{w.reallyRemove(asking.client)}</p>}
    </FormDialog>
  )
}
