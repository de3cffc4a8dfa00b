import { mkdtempSync } from 'node:fs'
import { connect } from '../../src/store/connection.ts'
import { migrate } from '../../src/store/migrate.ts'
import { AuditLog } from '../../src/store/audit-log.ts'
import { Outbox } from '../../src/store/outbox.ts'
import { Inbox } from '../../src/store/inbox.ts'
import { RequestRows } from '../../src/store/request-rows.ts'
import { CopyRows } from '../../src/store/copy-rows.ts'
import { seal, GENESIS } from '../../src/audit/seal.ts'
import { makeEvent, makeRequest, makeCopy, makeInboxRow, nthId, T0 } from './make.ts'
const db = connect(mkdtempSync('/tmp/bg-')+'/a.db'); migrate(db)
const audit = new AuditLog(db), outbox = new Outbox(db, console.error), inbox = new Inbox(db), requests = new RequestRows(db), copies = new CopyRows(db)
let n=0
const ops: Record<string, (i:number)=>void> = {
  savepoint: () => { sp.run(); rel.run() },
  seal: () => { seal(makeEvent({request:'R-AAAAAA', text:'INC-42 replica lag'}), GENESIS, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa') },
  audit: () => audit.append([makeEvent({request:'R-AAAAAA', text:'INC-42 replica lag', detail:{a:1}})]),
  request: (i) => requests.write(makeRequest({id:nthId(i), terms:{subject:`p${i}`}})),
  copy: (i) => copies.write(makeCopy({id:`copy-${(i*7919)%1000003}-${i}`, request:nthId(i)})),
  draw: (i) => outbox.add({kind:'draw', copy:`copy-${i}`, destination:'C0', dueAt:T0}),
  feed: () => outbox.add({kind:'feed', dueAt:T0}),
  inbox: (i) => {inbox.receive(makeInboxRow({id:`e-${i}`}))},
  answer: (i) => {inbox.answer({inbox:`e-${i}`, at:T0, sentence:'ok'})},
}
const sp=db.prepare('SAVEPOINT x'), rel=db.prepare('RELEASE x')
const best: Record<string, number> = {}
for (let r=0;r<40;r++) { for (const [k,op] of Object.entries(ops)) { db.exec('BEGIN IMMEDIATE'); const t=performance.now(); for(let i=0;i<250;i++) op(r*250+i); const us=(performance.now()-t)*4; best[k]=Math.min(best[k]??1e9, us); db.exec('COMMIT') } }
console.log(best)
