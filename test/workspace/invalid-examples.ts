const text = (length: number) => ({ type: 'plain_text', text: 'x'.repeat(length) })
const actions = (...elements: object[]) => [{ type: 'actions', elements }]
const button = (change: object) => actions({ type: 'button', text: text(3), ...change })
const confirm = (change: object) =>
  button({ confirm: { title: text(1), text: text(1), confirm: text(1), deny: text(1), ...change } })
const option = (change: object = {}) => ({ text: text(1), value: 'a', ...change })
const options = (count: number) => Array.from({ length: count }, (_none, at) => option({ value: String(at) }))
const select = (change: object) => actions({ type: 'static_select', options: options(1), ...change })
const groups = (...all: object[]) => actions({ type: 'static_select', option_groups: all })
const group = (change: object = {}) => ({ label: text(1), options: options(1), ...change })
const section = (change: object) => [{ type: 'section', ...change }]
const image = (change: object) => [{ type: 'image', image_url: 'https://a.b/c', alt_text: 'a', ...change }]
const input = (change: object) => [{ type: 'input', label: text(1), element: { type: 'plain_text_input' }, ...change }]
const field = (element: object) => input({ element })
const video = (change: object) => [
  {
    type: 'video',
    alt_text: 'a',
    title: text(1),
    thumbnail_url: 'https://a.b/c',
    video_url: 'https://a.b/c',
    ...change,
  },
]
const card = (change: object) => [{ type: 'card', title: text(1), ...change }]
const container = (change: object) => [{ type: 'container', title: text(1), child_blocks: [], ...change }]
const task = (change: object) => [{ type: 'task_card', task_id: '1', title: 'a', ...change }]
const cell = { type: 'raw_text', text: 'a' }
const row = (columns: number) => Array(columns).fill(cell)
const table = (change: object) => [{ type: 'table', rows: [row(2), row(2)], ...change }]
const dataTable = (change: object) => [{ type: 'data_table', caption: 'a', rows: [row(2), row(2)], ...change }]
const feedback = (change: object) => [
  {
    type: 'context_actions',
    elements: [
      {
        type: 'feedback_buttons',
        positive_button: { text: text(1), value: 'a', ...change },
        negative_button: { text: text(1), value: 'b' },
      },
    ],
  },
]
const icon = { type: 'icon_button', icon: 'trash', text: text(1) }
const x = (length: number) => 'x'.repeat(length)
const chart = (drawn: object, change: object = {}) => [
  { type: 'data_visualization', title: 'a', chart: drawn, ...change },
]
const segment = (change: object = {}) => ({ label: 'a', value: 1, ...change })
const pie = (...segments: object[]) => chart({ type: 'pie', segments })
const names = (count: number) => Array.from({ length: count }, (_none, at) => String(at))
const points = (labels: readonly string[]) => labels.map((label) => ({ label, value: -1 }))
const series = (change: object = {}) => ({ name: 'a', data: points(['a']), ...change })
const axes = (change: object = {}) => ({ categories: ['a'], ...change })
const bars = (all: object[], axis_config: object = axes()) => chart({ type: 'bar', series: all, axis_config })

/** The same examples with nothing wrong, which shows that the one change of each is what is refused. */
export const sound: Readonly<Record<string, object[]>> = {
  actions: actions({ type: 'overflow', options: options(5) }),
  bars: bars([series(), series({ name: 'b' })], axes({ x_label: 'x', y_label: 'y' })),
  button: button({}),
  card: card({}),
  confirm: confirm({}),
  container: container({}),
  'context actions': [{ type: 'context_actions', elements: [icon] }],
  'data table': dataTable({}),
  feedback: feedback({}),
  field: field({ type: 'number_input', is_decimal_allowed: false, min_value: '1', max_value: '1' }),
  groups: groups(group()),
  image: image({}),
  input: input({}),
  pie: pie(segment()),
  section: section({ text: text(3000) }),
  select: select({}),
  table: table({ column_settings: [{}, {}] }),
  task: task({ sources: [{ type: 'url', url: 'https://a.b/c' }] }),
  video: video({}),
}

/** One message for each case of the specification that a message can show. */
export const invalidExamples: Readonly<Record<string, object[]>> = {
  'text-empty': section({ text: text(0) }),
  'text-too-long': section({ text: text(3001) }),
  'button-action-id-too-long': button({ action_id: x(256) }),
  'button-text-too-long': button({ text: text(76) }),
  'button-url-too-long': button({ url: x(3001) }),
  'button-value-too-long': button({ value: x(2001) }),
  'button-accessibility-label-too-long': button({ accessibility_label: x(76) }),
  'confirmation-title-too-long': confirm({ title: text(101) }),
  'confirmation-text-too-long': confirm({ text: text(301) }),
  'confirmation-confirm-too-long': confirm({ confirm: text(31) }),
  'confirmation-deny-too-long': confirm({ deny: text(31) }),
  'option-text-too-long': select({ options: [option({ text: text(76) })] }),
  'option-value-too-long': select({ options: [option({ value: x(151) })] }),
  'option-url-too-long': actions({ type: 'overflow', options: [option({ url: '🔑'.repeat(3001) })] }),
  'option-description-too-long': select({ options: [option({ description: text(76) })] }),
  'option-group-label-too-long': groups(group({ label: text(76) })),
  'option-group-empty': groups(group({ options: [] })),
  'option-group-too-many-options': groups(group({ options: options(101) })),
  'select-placeholder-too-long': select({ placeholder: text(151) }),
  'select-too-many-options': select({ options: options(101) }),
  'select-too-many-option-groups': groups(...Array(101).fill(group())),
  'static-select-options-and-groups': select({ option_groups: [group()] }),
  'overflow-empty': actions({ type: 'overflow', options: [] }),
  'overflow-too-many-options': actions({ type: 'overflow', options: options(6) }),
  'checkboxes-empty': actions({ type: 'checkboxes', options: [] }),
  'checkboxes-too-many-options': actions({ type: 'checkboxes', options: options(11) }),
  'radio-buttons-empty': actions({ type: 'radio_buttons', options: [] }),
  'radio-buttons-too-many-options': actions({ type: 'radio_buttons', options: options(11) }),
  'url-source-url-empty': task({ sources: [{ type: 'url', url: '' }] }),
  'url-source-url-too-long': task({ sources: [{ type: 'url', url: x(3001) }] }),
  'table-too-many-rows': table({ rows: Array(101).fill(row(1)) }),
  'table-ragged-rows': table({ rows: [row(1), row(2)] }),
  'table-column-settings-mismatch': table({ column_settings: [{ align: 'right' }] }),
  'file-input-max-files-too-small': field({ type: 'file_input', max_files: 0 }),
  'file-input-max-files-too-large': field({ type: 'file_input', max_files: 11 }),
  'plain-text-input-max-length-too-large': field({ type: 'plain_text_input', max_length: 3001 }),
  'number-input-inverted-range': field({
    type: 'number_input',
    is_decimal_allowed: false,
    min_value: '2',
    max_value: '1',
  }),
  'actions-too-many-elements': actions(...Array.from({ length: 26 }, () => ({ type: 'button', text: text(1) }))),
  'context-too-many-elements': [{ type: 'context', elements: Array(11).fill(text(1)) }],
  'context-invalid-element': [{ type: 'context', elements: [{ type: 'button', text: text(1) }] }],
  'header-text-too-long': [{ type: 'header', text: text(151) }],
  'image-url-too-long': image({ image_url: x(3001) }),
  'image-alt-text-too-long': image({ alt_text: x(2001) }),
  'image-url-and-slack-file': image({ slack_file: { id: 'F1' } }),
  'input-label-too-long': input({ label: text(2001) }),
  'input-hint-too-long': input({ hint: text(2001) }),
  'input-invalid-element': field({ type: 'button', text: text(1) }),
  'markdown-empty': [{ type: 'markdown', text: '' }],
  'markdown-too-long': [{ type: 'markdown', text: x(12_001) }],
  'section-text-too-long': section({ text: text(3001) }),
  'section-too-many-fields': section({ fields: Array(11).fill(text(1)) }),
  'section-field-too-long': section({ fields: [text(2001)] }),
  'section-missing-content': section({}),
  'block-id-too-long': [{ type: 'divider', block_id: x(256) }],
  'video-alt-text-empty': video({ alt_text: '' }),
  'video-alt-text-too-long': video({ alt_text: x(201) }),
  'video-title-too-long': video({ title: text(201) }),
  'video-author-name-too-long': video({ author_name: x(51) }),
  'video-description-too-long': video({ description: text(201) }),
  'video-provider-name-too-long': video({ provider_name: x(51) }),
  'alert-text-too-long': [{ type: 'alert', text: text(201) }],
  'card-title-too-long': card({ title: text(151) }),
  'card-subtitle-too-long': card({ subtitle: text(151) }),
  'card-body-too-long': card({ body: text(201) }),
  'card-subtext-too-long': card({ subtext: text(201) }),
  'card-too-many-actions': card({ actions: Array(4).fill({ type: 'button', text: text(1) }) }),
  'carousel-empty': [{ type: 'carousel', elements: [] }],
  'carousel-too-many-cards': [{ type: 'carousel', elements: Array(11).fill(card({})[0]) }],
  'container-title-too-long': container({ title: text(151) }),
  'container-subtitle-too-long': container({ subtitle: text(151) }),
  'container-too-many-child-blocks': container({ child_blocks: Array(11).fill({ type: 'divider' }) }),
  'context-actions-too-many-elements': [{ type: 'context_actions', elements: Array(6).fill(icon) }],
  'feedback-button-text-too-long': feedback({ text: text(76) }),
  'feedback-button-value-too-long': feedback({ value: x(2001) }),
  'feedback-button-accessibility-label-too-long': feedback({ accessibility_label: x(76) }),
  'icon-button-too-many-visible-users': [
    { type: 'context_actions', elements: [{ ...icon, visible_to_user_ids: Array(11).fill('U1') }] },
  ],
  'data-table-too-few-rows': dataTable({ rows: [row(2)] }),
  'data-table-too-many-rows': dataTable({ rows: Array(202).fill(row(1)) }),
  'data-table-too-few-columns': dataTable({ rows: [[], []] }),
  'data-table-too-many-columns': dataTable({ rows: [row(21), row(21)] }),
  'data-table-page-size-too-small': dataTable({ page_size: 0 }),
  'data-table-page-size-too-large': dataTable({ page_size: 101 }),
  'data-table-cell-text-empty': dataTable({ rows: [row(1), [{ type: 'raw_text', text: '' }]] }),
  'data-table-content-too-long': dataTable({ rows: [row(1), [{ type: 'raw_text', text: x(20_000) }]] }),
  'data-visualization-title-too-long': chart({ type: 'pie', segments: [segment()] }, { title: x(51) }),
  'pie-chart-empty': pie(),
  'pie-chart-too-many-segments': pie(...Array(13).fill(segment())),
  'chart-segment-label-too-long': pie(segment({ label: x(21) })),
  'chart-segment-value-not-positive': pie(segment({ value: 0 })),
  'chart-series-empty': bars([]),
  'chart-too-many-series': bars(names(13).map((name) => series({ name }))),
  'data-series-name-too-long': bars([series({ name: x(21) })]),
  'data-series-empty': bars([series({ data: [] })]),
  'data-series-too-many-points': bars([series({ data: points(names(21)) })], axes({ categories: names(21) })),
  'data-point-label-too-long': bars([series({ data: points([x(21)]) })], axes({ categories: [x(21)] })),
  'axis-categories-empty': bars([series()], axes({ categories: [] })),
  'axis-too-many-categories': bars([series({ data: points(names(21)) })], axes({ categories: names(21) })),
  'axis-category-label-too-long': bars([series({ data: points([x(21)]) })], axes({ categories: [x(21)] })),
  'axis-label-too-long': bars([series()], axes({ x_label: x(51) })),
}

const view = (change: object) => ({
  type: 'modal',
  title: text(1),
  blocks: [{ type: 'divider' }],
  ...change,
})

/** One view for each case of the specification that is about views. */
export const invalidViews: Readonly<Record<string, object>> = {
  'view-missing-blocks': view({ blocks: [] }),
  'view-too-many-blocks': view({ blocks: Array(101).fill({ type: 'divider' }) }),
  'view-private-metadata-too-long': view({ private_metadata: x(3001) }),
  'view-callback-id-too-long': view({ callback_id: x(256) }),
  'view-title-too-long': view({ title: text(25) }),
  'view-close-too-long': view({ close: text(25) }),
  'view-submit-too-long': view({ submit: text(25) }),
}

const INPUTS = /_input$|^(rich_text_input|file_input|number_input)$/
const PIECES = ['text', 'link', 'emoji', 'user', 'usergroup', 'channel', 'broadcast', 'date', 'color', 'team']

/** Puts an element, or a piece of rich text, where a block may hold it. */
export function asBlock(example: { type: string }): { blocks: object[]; surface: 'message' | 'modal' } {
  const rich = (part: object) => [{ type: 'rich_text', elements: [part] }]
  if (PIECES.includes(example.type)) {
    return { blocks: rich({ type: 'rich_text_section', elements: [example] }), surface: 'message' }
  }
  if (example.type === 'rich_text' || example.type === 'image') {
    return { blocks: [example], surface: 'message' }
  }
  if (example.type.startsWith('rich_text_') && example.type !== 'rich_text_input') {
    return { blocks: rich(example), surface: 'message' }
  }
  if (example.type === 'url') return { blocks: task({ sources: [example] }), surface: 'message' }
  if (INPUTS.test(example.type)) return { blocks: field(example), surface: 'modal' }
  return { blocks: actions(example), surface: 'message' }
}
