import { describe, expect, it } from 'vitest'
import { makeClient, makeWorkspace, startBareBot } from './bot.ts'

const text = (value: string) => ({ type: 'mrkdwn', text: value })

async function makeChannel() {
  const workspace = await makeWorkspace()
  const [ann, lee] = [workspace.person('ann'), workspace.person('lee')]
  const requests = workspace.channel('requests', { members: [ann, lee] })
  workspace.group('eng', { members: [ann, lee] })
  const { chat } = makeClient(workspace)
  const post = (blocks: object[], top = 'fallback') =>
    chat.postMessage({ channel: requests.id, text: top, blocks: blocks as never })
  const drawn = async (...blocks: object[]) => {
    await post(blocks)
    return ann.sees(requests).at(-1)
  }
  return { workspace, ann, lee, requests, chat, post, drawn }
}

describe('waiting', () => {
  it('ends as soon as the message is there, and not before', async () => {
    const { ann, requests, post } = await makeChannel()
    let hasEnded = false
    const waiting = ann.waitsFor('approved', { in: requests }).then((message) => {
      hasEnded = true
      return message
    })
    await post([{ type: 'section', text: text('pending') }])
    expect(hasEnded).toBe(false)
    await post([{ type: 'section', text: text('*approved*') }])
    expect((await waiting).plain).toBe('approved')
  })

  it('ends at once for what is there already, with the newest', async () => {
    const { ann, requests, chat } = await makeChannel()
    await chat.postMessage({ channel: requests.id, text: 'one of 2' })
    await chat.postMessage({ channel: requests.id, text: 'two of 2' })
    expect((await ann.waitsFor(/of \d/, { in: requests })).plain).toBe('two of 2')
  })

  it('takes a text, a pattern or a condition, and sees updates', async () => {
    const { ann, requests, chat } = await makeChannel()
    const { ts = '' } = await chat.postMessage({ channel: requests.id, text: 'pending' })
    const waits = [
      ann.waitsFor('done', { in: requests }),
      ann.waitsFor(/^done$/, { in: requests }),
      ann.waitsFor((message) => message.ts === ts && message.history.length === 2, { in: requests }),
    ]
    await chat.update({ channel: requests.id, ts, text: 'done' })
    expect((await Promise.all(waits)).map((message) => message.ts)).toEqual([ts, ts, ts])
  })

  it('in vain ends with everything that was visible', async () => {
    const { ann, requests, post } = await makeChannel()
    await post([{ type: 'section', text: text('pending') }, { type: 'divider' }])
    await expect(ann.waitsFor('approved', { in: requests, within: 20 })).rejects.toThrow(
      'ann waited for approved in requests and saw \n- pending',
    )
    await expect(ann.waitsFor(/x/, { within: 20 })).rejects.toThrow('ann waited for /x/ in D0ANN and saw nothing')
    await expect(ann.waitsForModal('Ask', { within: 20 })).rejects.toThrow('ann waited for a modal Ask and saw none')
  })

  it('does not see what is only for somebody else', async () => {
    const { workspace, ann, lee, requests } = await makeChannel()
    await startBareBot(workspace, (_one, response) => response.end('for lee'))
    const inVain = expect(ann.waitsFor('for lee', { in: requests, within: 100 })).rejects.toThrow('saw nothing')
    await lee.types('/breakglass', { in: requests })
    await inVain
  })

  it('is possible in a channel only for its members', async () => {
    const { workspace, requests } = await makeChannel()
    const kim = workspace.person('kim')
    await expect(kim.waitsFor('x', { in: requests })).rejects.toThrow('kim cannot look into #requests: not a member')
    expect(() => kim.sees('C0NOWHERE')).toThrow('kim cannot find the conversation C0NOWHERE')
  })
})

describe('what a person reads', () => {
  it('are names for people, groups, channels, dates and addresses', async () => {
    const { drawn } = await makeChannel()
    const shown = await drawn({
      type: 'section',
      text: text(
        '<@U0LEE> and <!subteam^S0ENG> in <#C0REQUESTS> until <!date^1763780400^{time}|03:00 UTC>, see <https://a.b|the page> or <https://c.d>, <!here>',
      ),
    })
    expect(shown?.plain).toBe('@lee and @eng in #requests until 03:00 UTC, see the page or https://c.d, @here')
    expect(shown?.mentions).toEqual(['U0LEE', 'S0ENG', 'here'])
  })

  it('are bold, italic, struck and code words without their marks, and entities as they are meant', async () => {
    const { drawn } = await makeChannel()
    const shown = await drawn({
      type: 'section',
      text: text('*bold* _italic_ ~struck~ `code_with_lines` a_b_c 2 * 3 * 4 &lt;tag&gt; &amp;amp;'),
    })
    expect(shown?.plain).toBe('bold italic struck code_with_lines a_b_c 2 * 3 * 4 <tag> &amp;')
  })

  it('is plain text as it was typed, whatever it looks like', async () => {
    const { drawn } = await makeChannel()
    const typed = '<!channel> *not bold* <@U0LEE> &amp;'
    const shown = await drawn(
      { type: 'section', text: { type: 'plain_text', text: typed, emoji: false } },
      { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: typed }] }] },
    )
    expect(shown?.plain).toBe(`${typed}\n${typed}`)
    expect(shown?.mentions).toEqual([])
  })

  it('is rich text with people, groups, links, emoji and dates', async () => {
    const { drawn } = await makeChannel()
    const pieces = [
      { type: 'user', user_id: 'U0LEE' },
      { type: 'text', text: ' of ', style: { bold: true } },
      { type: 'usergroup', usergroup_id: 'S0ENG' },
      { type: 'emoji', name: 'key' },
      { type: 'link', url: 'https://a.b', text: 'page' },
      { type: 'channel', channel_id: 'C0REQUESTS' },
      { type: 'date', timestamp: 1763780400, format: '{time}', fallback: ' 03:00' },
      { type: 'broadcast', range: 'here' },
    ]
    const shown = await drawn({
      type: 'rich_text',
      elements: [
        { type: 'rich_text_section', elements: pieces },
        {
          type: 'rich_text_list',
          style: 'bullet',
          elements: [{ type: 'rich_text_section', elements: pieces.slice(0, 1) }],
        },
      ],
    })
    expect(shown?.plain).toBe('@lee of @eng:key:page#requests 03:00@here\n@lee')
    expect(shown?.mentions).toEqual(['U0LEE', 'S0ENG', 'here', 'U0LEE'])
  })

  it('are headings, fields, context, pictures and buttons, in order', async () => {
    const { drawn } = await makeChannel()
    const button = (label: string) => ({
      type: 'button',
      action_id: label,
      text: { type: 'plain_text', text: label },
    })
    const shown = await drawn(
      { type: 'header', text: { type: 'plain_text', text: 'Read orders' } },
      {
        type: 'section',
        text: text('for ann'),
        fields: [text('15 minutes'), text('INC-42')],
        accessory: button('More'),
      },
      { type: 'context', elements: [text('rule'), { type: 'image', image_url: 'https://a.b/c', alt_text: 'logo' }] },
      { type: 'image', image_url: 'https://a.b/c', alt_text: 'a graph' },
      { type: 'actions', elements: [button('Approve'), button('Deny')] },
      { type: 'markdown', text: 'the end' },
    )
    expect(shown?.plain).toBe(
      'Read orders\nfor ann\n15 minutes\nINC-42\n[More]\nrule \na graph\n[Approve] [Deny]\nthe end',
    )
    expect(shown?.buttons.map(({ label }) => label)).toEqual(['More', 'Approve', 'Deny'])
    expect(shown?.text).toBe('fallback')
  })
})

describe('a command that the manifest escapes', () => {
  it('names people and channels by their ids, wraps addresses, and writes control characters as entities', async () => {
    const { workspace, ann } = await makeChannel()
    await startBareBot(workspace)
    const line = (typed: string) => `/breakglass revoke ${typed}`
    const sent = async (typed: string) => (await ann.types(line(typed))).delivery?.payload.text
    expect(await sent('@lee now')).toBe('revoke <@U0LEE|lee> now')
    expect(await sent('@lee.')).toBe('revoke <@U0LEE|lee>.')
    expect(await sent('@eng and @here')).toBe('revoke <!subteam^S0ENG|@eng> and <!here>')
    expect(await sent('in #requests, please')).toBe('revoke in <#C0REQUESTS|requests>, please')
    expect(await sent('see https://a.b/?x=1&y=2')).toBe('revoke see <https://a.b/?x=1&amp;y=2>')
    expect(await sent('<@U0LEE> & 1 < 2 > 0')).toBe('revoke &lt;@U0LEE&gt; &amp; 1 &lt; 2 &gt; 0')
    expect(await sent('@nobody a@lee #nowhere')).toBe('revoke @nobody a@lee #nowhere')
  })

  it('or not, as the manifest says', async () => {
    const { workspace, ann } = await makeChannel()
    await startBareBot(workspace)
    const { delivery } = await ann.types('/plain @lee & <b>')
    expect(delivery?.payload.text).toBe('@lee & <b>')
  })
})
