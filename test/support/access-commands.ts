/** Commands that need the data directory or the gateway, as somebody calls them who knows the configuration file. */
export const COMMANDS = [
  'user list',
  'user add mallory --generate --role admin',
  'user token add admin x',
  'device list',
  'device add p/l/own-3 --client mallory',
  'device rotate p/l/own-1',
  'ledger head',
  'ledger check',
  'audit-log check',
  'entry list --plant p',
  'report --plant p --from 2026-01-01 --to 2026-01-02 --format json --out OUT',
  'backup OUT',
  'authority status',
  'doctor',
]
