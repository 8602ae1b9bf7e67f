import { EXIT, type ExitCode } from '../../base/exit-codes.js'

/** One thing that was looked at. */
export interface DoctorFinding {
  readonly area:
    | 'gateway'
    | 'ports'
    | 'disk'
    | 'data'
    | 'files'
    | 'clock'
    | 'stores'
    | 'certificates'
    | 'accounts'
    | 'secrets'
  readonly result: 'ok' | 'warn' | 'fail'
  readonly found: string
  /** Advice on what to do; '' when it is well. */
  readonly remedy: string
  /** Exit code of the command when this is the first that fails. */
  readonly code: ExitCode
}

type Area = DoctorFinding['area']

export const fine = (area: Area, found: string): DoctorFinding => {
  return { area, result: 'ok', found, remedy: '', code: EXIT.ok }
}

export const doubtful = (area: Area, found: string, remedy: string): DoctorFinding => {
  return { area, result: 'warn', found, remedy, code: EXIT.ok }
}

export const wrong = (area: Area, code: ExitCode, found: string, remedy: string): DoctorFinding => {
  return { area, result: 'fail', found, remedy, code }
}
