// The page for queries: YASGUI for editing and tabs, our own table for answers, words from our vocabulary only.
//
// Everything that comes from data is put into the page as text (textContent), and only http and https become links.
// Nothing is asked of another host: the endpoint is this server, and YASGUI's own completers are not used.
'use strict';

(() => {
  const settings = JSON.parse(document.getElementById('settings').textContent);
  const status = document.getElementById('status');
  const ROWS_AT_FIRST = 200;
  const SUGGESTIONS = 40;
  const say = (text) => { status.textContent = text; };

  /** An element with attributes and children; children that are texts stay texts. */
  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key === 'onclick') element.addEventListener('click', value);
      else if (value !== false) element.setAttribute(key, value === true ? '' : value);
    }
    element.append(...children);
    return element;
  }

  // --- The list of questions ---

  function filterQuestions() {
    const field = document.getElementById('question-filter');
    const count = document.getElementById('question-count');
    const levels = [...document.querySelectorAll('.level')].map((level) => ({ level, items: [...level.querySelectorAll('li')] }));
    if (window.matchMedia('(max-width: 52rem)').matches) for (const { level } of levels) level.open = false; // else the editor is far down
    const open = new Map(levels.map(({ level }) => [level, level.open]));
    document.getElementById('question-search').hidden = false;
    field.addEventListener('input', () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let found = 0;
      for (const { level, items } of levels) {
        let here = 0;
        for (const item of items) {
          const text = item.dataset.words.toLowerCase();
          item.hidden = !words.every((word) => text.includes(word));
          here += item.hidden ? 0 : 1;
        }
        level.hidden = here === 0;
        level.open = words.length ? here > 0 : open.get(level);
        found += here;
      }
      count.textContent = words.length ? `${found} ${found === 1 ? 'question' : 'questions'}` : '';
    });
  }
  filterQuestions();

  if (typeof Yasgui === 'undefined') return; // the plain form stays

  // --- The vocabulary ---

  let terms = [];
  const labels = new Map();
  const vocabulary = fetch('/completions.json')
    .then((response) => (response.ok ? response.json() : { terms: [] }))
    .then((found) => {
      terms = found.terms.map((term) => ({
        ...term,
        words: [term.name, term.name.replace(/^\w+:/, ''), term.label, ...term.synonyms].map((text) => text.toLowerCase()),
      }));
      for (const term of terms) labels.set(term.iri, term.label);
    })
    .catch(() => say('The words of the vocabulary could not be loaded, so nothing is suggested.'));

  const ORDER = { property: 0, class: 1, thing: 2, value: 3 };

  /** The terms that fit what is typed, the best first: by name or by any label. */
  function fitting(typed) {
    const wanted = typed.toLowerCase();
    const rank = (term) => {
      let best = Infinity;
      for (const text of term.words) {
        const at = text.indexOf(wanted);
        if (at === 0) best = Math.min(best, text.length === wanted.length ? 0 : 1);
        else if (at > 0) best = Math.min(best, /\W/.test(text[at - 1]) ? 2 : 3);
      }
      return best;
    };
    return terms
      .map((term) => [rank(term), ORDER[term.kind] ?? 9, term])
      .filter(([best]) => best < Infinity)
      .sort((a, b) => a[0] - b[0] || a[1] - b[1] || (a[2].name < b[2].name ? -1 : 1))
      .slice(0, SUGGESTIONS)
      .map(([, , term]) => term);
  }

  const byName = new Map();
  Yasgui.Yasqe.registerAutocompleter({
    name: 'vocabulary',
    bulk: false,
    autoShow: false,
    isValidCompletionPosition: (yasqe) => {
      const token = yasqe.getCompleteToken();
      return !(token.type === 'comment' || /^[?$"']/.test(token.string));
    },
    preProcessToken: (yasqe, token) => {
      const at = yasqe.getDoc().getCursor().ch;
      if (/^[\w:.-]+$/.test(token.string)) return { ...token, autocompletionString: token.string };
      return { ...token, autocompletionString: '', string: '', from: { ch: at }, to: { ch: at } };
    },
    get: async (_yasqe, token) => {
      await vocabulary;
      const found = fitting(token?.autocompletionString ?? '');
      for (const term of found) byName.set(term.name, term);
      return found.map((term) => term.name);
    },
    postprocessHints: (_yasqe, hints) => hints.map((hint) => ({
      ...hint,
      render: (element) => {
        const term = byName.get(hint.text);
        element.append(make('span', {}, hint.text), ' ', make('span', { class: 'hint-label' }, `${term.label} (${term.kind})`));
      },
    })),
  }, true);

  // --- Answers ---

  function shorten(iri) {
    let best = '';
    for (const [prefix, namespace] of Object.entries(settings.prefixes)) {
      if (iri.startsWith(namespace) && /^[\w.-]+$/.test(iri.slice(namespace.length))) best = `${prefix}:${iri.slice(namespace.length)}`;
    }
    return best || iri;
  }

  const OURS = settings.base;

  /** Where an IRI may lead: a page of ours, the web, or nowhere. */
  function address(iri) {
    if (iri.startsWith(OURS)) return `/${iri.slice(OURS.length)}`;
    try {
      const url = new URL(iri);
      return ['http:', 'https:'].includes(url.protocol) && url.host ? iri : '';
    } catch {
      return '';
    }
  }

  const PLAIN = new Set(['', 'http://www.w3.org/2001/XMLSchema#string']);

  function cell(term) {
    if (!term) return make('td');
    const value = make('bdi', term['xml:lang'] ? { lang: term['xml:lang'] } : {});
    if (term.type !== 'uri') {
      value.textContent = term.type === 'bnode' ? `_:${term.value}` : term.value;
      const language = (term['xml:lang'] ?? '').replace(/^en\b.*/i, ''); // the language of the page
      const kind = language || (term['xml:lang'] || PLAIN.has(term.datatype ?? '') ? '' : shorten(term.datatype));
      return make('td', {}, value, ...(kind ? [' ', make('span', { class: 'label' }, kind)] : []));
    }
    const href = address(term.value);
    value.textContent = shorten(term.value);
    const link = href ? make('a', { href, rel: 'noopener noreferrer' }, value) : value;
    const label = labels.get(term.value);
    return make('td', {}, link, ...(label ? [' ', make('span', { class: 'label' }, make('bdi', {}, label))] : []));
  }

  function table(answer, shown) {
    const columns = answer.head.vars ?? [];
    const rows = answer.results.bindings;
    const head = make('thead', {}, make('tr', {}, ...columns.map((name) => make('th', { scope: 'col' }, name))));
    const body = make('tbody', {}, ...rows.slice(0, shown).map((row) => make('tr', {}, ...columns.map((name) => cell(row[name])))));
    return make('div', { class: 'scroll', role: 'region', tabindex: '0', 'aria-label': 'Answer as a table' },
      make('table', { class: 'answer' }, head, body));
  }

  /** What can be done with an answer: take it along, or see it as it was sent. */
  function downloads(query, formats) {
    const links = formats.map(([format, label]) => make('li', {}, make('a', {
      href: `/sparql?${new URLSearchParams({ query, format })}`,
      download: `answer.${format}`,
    }, label)));
    return make('ul', { class: 'chips', 'aria-label': 'Take the answer along' }, ...links);
  }

  class Answer {
    constructor(yasr) {
      this.yasr = yasr;
      this.priority = 10;
      this.label = 'Answer';
      this.hideFromSelection = true;
    }

    canHandleResults() {
      return Boolean(this.yasr.results) && !this.yasr.results.hasError();
    }

    async draw() {
      await vocabulary;
      const text = this.yasr.results.getOriginalResponseAsString() ?? '';
      const query = asked.get(this.yasr) ?? '';
      const seconds = (this.yasr.results.getResponseTime() ?? 0) / 1000;
      const took = seconds ? ` in ${seconds} s` : '';
      let answer = null;
      try {
        answer = JSON.parse(text);
      } catch {
        // no JSON: triples
      }
      if (answer && typeof answer.boolean === 'boolean') {
        this.show(answer.boolean ? 'Yes' : 'No', make('p', { class: 'truth' }, answer.boolean ? 'Yes' : 'No'));
        return;
      }
      if (!answer?.results?.bindings) {
        const raw = make('div', { class: 'scroll', role: 'region', tabindex: '0', 'aria-label': 'Answer in Turtle' }, make('pre', {}, make('code', {}, text)));
        this.show(`Answered${took}`, raw, downloads(query, [['ttl', 'Turtle'], ['nt', 'N-Triples'], ['jsonld', 'JSON-LD']]));
        return;
      }
      const count = answer.results.bindings.length;
      const told = `${count} ${count === 1 ? 'row' : 'rows'}${took}`;
      if (!count) {
        this.show(`${told}: nothing fits.`);
        return;
      }
      const parts = [table(answer, ROWS_AT_FIRST)];
      if (count > ROWS_AT_FIRST) {
        const more = make('button', { type: 'button', onclick: () => {
          parts[0].replaceWith(table(answer, count));
          more.remove();
        } }, `Show all ${count} rows`);
        parts.push(more);
      }
      this.show(told, ...parts, downloads(query, [['csv', 'CSV'], ['tsv', 'TSV'], ['json', 'JSON'], ['xml', 'XML']]));
    }

    show(told, ...parts) {
      say(told);
      this.yasr.resultsEl.replaceChildren(make('h3', {}, 'Answer'), make('p', {}, told), ...parts);
    }
  }

  /** What is wrong, in words; the server tells it as JSON (RFC 9457). */
  class Wrong {
    constructor(yasr) {
      this.yasr = yasr;
      this.priority = 20;
      this.label = 'Error';
      this.hideFromSelection = true;
    }

    canHandleResults() {
      return Boolean(this.yasr.results?.getError());
    }

    async draw() {
      const text = this.yasr.results.getError()?.text ?? '';
      let told = { title: text || 'There was no answer.' };
      try {
        told = JSON.parse(text);
      } catch {
        if (/Failed to fetch|NetworkError/i.test(text)) told = { title: 'The server could not be reached.', detail: 'Is it still running? Then try again.' };
      }
      const place = told.line ? `Line ${told.line}${told.column ? `, column ${told.column}` : ''}: ` : '';
      const parts = [make('h3', {}, 'There is no answer'), make('p', { class: 'says' }, `${place}${told.title}`)];
      if (told.detail) parts.push(make('p', { class: 'error' }, told.detail));
      if (told.line) {
        parts.push(make('button', { type: 'button', onclick: () => {
          const yasqe = yasgui.getTab().getYasqe();
          yasqe.getDoc().setCursor({ line: told.line - 1, ch: (told.column ?? 1) - 1 });
          yasqe.focus();
        } }, 'Go there'));
      }
      say(`There is no answer. ${place}${told.title} ${told.detail ?? ''}`);
      this.yasr.resultsEl.replaceChildren(make('section', { class: 'warning', 'aria-label': 'Error' }, ...parts));
    }
  }

  // --- The editor ---

  const asked = new WeakMap(); // the query that the answer of each tab is for
  const { Yasqe, Yasr } = Yasgui;
  Yasr.plugins = {};
  Yasr.defaults.plugins = {};
  Yasr.registerPlugin('answer', Answer);
  Yasr.registerPlugin('wrong', Wrong);
  Yasr.defaults.pluginOrder = ['answer'];
  Yasr.defaults.defaultPlugin = 'answer';
  Yasr.defaults.maxPersistentResponseSize = 0; // answers are asked for again, and not kept in the browser
  Yasqe.defaults.autocompleters = ['variables', 'vocabulary'];
  Object.assign(Yasqe.defaults.extraKeys, { Tab: false, 'Shift-Tab': false }); // Tab leads on, as everywhere

  // The prefixes of the project need no declaration, so that leaving it out is no error.
  const language = Yasqe.modes.sparql11;
  Yasqe.defineMode('sparql11', (...given) => {
    const mode = language(...given);
    const { startState } = mode;
    mode.startState = (...base) => {
      const state = startState.apply(mode, base);
      Object.assign(state.prefixes, settings.prefixes);
      return state;
    };
    return mode;
  });

  const host = document.getElementById('editor');
  const yasgui = new Yasgui(host, {
    persistenceId: 'jdm-kg',
    populateFromUrl: false,
    copyEndpointOnNewTab: false,
    autofocus: false,
    autoAddOnInit: false,
    tabName: 'Query',
    contextMenuContainer: document.createElement('div'), // its menu offers links that lead elsewhere
    endpointCatalogueOptions: { getData: () => [], keys: [], renderItem: () => {} },
    requestConfig: {
      endpoint: () => `${window.location.origin}/sparql`, // as a function, so that nothing kept or typed replaces it
      method: 'POST',
      acceptHeaderGraph: 'text/turtle',
      acceptHeaderSelect: 'application/sparql-results+json',
    },
    yasqe: {
      value: settings.query,
      showQueryButton: false,
      resizeable: false,
      lineWrapping: true,
      viewportMargin: Infinity,
      screenReaderLabel: 'SPARQL query',
    },
  });

  /** What YASGUI leaves out for keyboards and screen readers. */
  const list = host.querySelector('.tabsList');
  list.removeAttribute('role'); // it also holds the button for a new tab, which is none
  const tablist = make('div', { role: 'tablist', 'aria-label': 'Queries' });
  list.before(tablist);
  list.addEventListener('dblclick', (event) => event.stopPropagation(), true);

  function amendTabs() {
    const tabs = [...list.querySelectorAll('[role="tab"]')];
    tablist.setAttribute('aria-owns', tabs.map((tab) => tab.id).join(' '));
    for (const tab of tabs) {
      const panel = document.getElementById(tab.getAttribute('aria-controls'));
      if (!panel) tab.removeAttribute('aria-controls');
      tab.querySelector('input')?.remove(); // for another name: a field within a link, which no keyboard opens
      const close = tab.querySelector('.closeTab');
      if (close) close.removeAttribute('tabindex');
      if (tab.dataset.amended) continue;
      tab.dataset.amended = 'yes';
      tab.title = 'Delete closes this tab';
      tab.addEventListener('keydown', (event) => {
        if (event.key === ' ' && event.target === tab) {
          event.preventDefault();
          tab.click();
        }
      });
    }
  }

  function amendPanel(tab) {
    const yasqe = tab.getYasqe();
    const yasr = tab.getYasr();
    if (!yasqe || yasqe.rootEl.dataset.amended) return;
    yasqe.rootEl.dataset.amended = 'yes';
    yasqe.rootEl.querySelectorAll('.yasqe_buttons, .resizeWrapper').forEach((element) => element.remove());
    const field = yasqe.getInputField();
    field.setAttribute('aria-label', 'SPARQL query');
    field.setAttribute('aria-describedby', 'editor-help');
    const run = make('button', { type: 'button', onclick: () => (busy(tab) ? yasqe.abortQuery() : yasqe.query().catch(() => {})) }, 'Run');
    const tidy = make('button', { type: 'button', class: 'second', onclick: () => yasqe.autoformat() }, 'Tidy up');
    const link = make('a', { href: '/editor' }, 'Link to this query');
    const renew = () => { link.href = `/editor?${new URLSearchParams({ query: yasqe.getValue() })}`; };
    renew();
    yasqe.on('change', renew);
    yasqe.rootEl.after(make('div', { class: 'tools' }, run, tidy, link));
    yasqe.on('query', () => {
      asked.set(yasr, yasqe.getValue());
      run.textContent = 'Stop';
      say('The query runs.');
    });
    for (const end of ['queryResponse', 'queryAbort', 'error']) yasqe.on(end, () => { run.textContent = 'Run'; });
    yasqe.on('autocompletionShown', (_yasqe, widget) => widget?.hints?.setAttribute('aria-label', 'Suggestions'));
  }

  const busy = (tab) => list.querySelector(`#tab-${CSS.escape(tab.getId())}`)?.parentElement.classList.contains('querying');

  function amend() {
    const tab = yasgui.getTab();
    if (tab) amendPanel(tab);
    amendTabs();
  }

  function addTab(name, text) {
    const tab = yasgui.addTab(true, { ...Yasgui.Tab.getDefaults(yasgui), ...(name ? { name } : {}), yasqe: { value: text } });
    amend();
    return tab;
  }

  for (const event of ['tabSelect', 'tabAdd', 'tabChange']) yasgui.on(event, () => queueMicrotask(amend));
  yasgui.on('tabClose', () => queueMicrotask(() => {
    if (!yasgui.persistentConfig.getTabs().length) addTab('', settings.query);
    amend();
    list.querySelector('.tab.active a')?.focus();
  }));

  /** Open a question in its tab: the one that it has already, or a new one. */
  function open(name) {
    const { title, text } = settings.questions[name];
    const known = Object.values(yasgui._tabs).find((tab) => tab.getName() === title);
    if (known) yasgui.selectTabId(known.getId());
    else addTab(title, text);
    const tab = yasgui.getTab();
    amend();
    say(`${title} is open.`);
    return tab;
  }

  host.hidden = false;
  document.getElementById('editor-help').hidden = false;
  document.getElementById('plain').hidden = true;
  const wanted = settings.chosen ? settings.questions[settings.chosen] : null;
  if (wanted) open(settings.chosen);
  else if (settings.given || !yasgui.persistentConfig.getTabs().length) addTab('', settings.query);
  amend();
  yasgui.getTab()?.getYasqe()?.refresh();

  document.querySelector('.questions').addEventListener('click', (event) => {
    const link = event.target.closest('a[data-question]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    for (const other of document.querySelectorAll('.questions a[aria-current]')) other.removeAttribute('aria-current');
    link.setAttribute('aria-current', 'true');
    const yasqe = open(link.dataset.question).getYasqe();
    yasqe.query().catch(() => {});
    document.getElementById('query-title').scrollIntoView({ block: 'nearest' });
  });
})();
