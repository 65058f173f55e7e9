// Drives a real Chromium over the pages of a server, and prints what was found as JSON.
//
//   node browse.mjs TASK CHROMIUM BASE FOLDER [PATH...]
//
// TASK is one of the functions below. Screenshots go into FOLDER. Each answer also tells which addresses were asked for
// outside of BASE, what the pages complained of, and which tricks of hostile data came to run (`canary`).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [task, executablePath, base, folder, ...paths] = process.argv.slice(2);
const axe = readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const told = { outside: [], complaints: [], canary: [], dialogs: [] };

async function page(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  await context.exposeBinding('canary', (_source, ...what) => { told.canary.push(what); });
  const made = await context.newPage();
  made.on('request', (request) => { if (!request.url().startsWith(`${base}/`) && !request.url().startsWith('blob:')) told.outside.push(request.url()); });
  made.on('console', (message) => { if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) told.complaints.push(message.text()); });
  made.on('pageerror', (error) => told.complaints.push(error.message));
  made.on('dialog', (dialog) => { told.dialogs.push(dialog.message()); dialog.dismiss(); });
  return made;
}

const shot = (tab, name) => tab.screenshot({ path: join(folder, `${name}.png`) });
const name = (path) => path.replace(/\W+/g, '_').replace(/^_|_$/g, '') || 'front';
const field = (tab) => tab.locator('.tabPanel.active .CodeMirror textarea');

/** What axe finds wrong, and whether the page is wider than its window. */
async function judged(tab) {
  await tab.evaluate(axe);
  return tab.evaluate(async (values) => {
    const found = await window.axe.run(document, { runOnly: { type: 'tag', values } });
    return {
      violations: found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target} ${node.failureSummary}`).slice(0, 3).join(' | ')}`),
      passes: found.passes.length,
      overflow: document.documentElement.scrollWidth - window.innerWidth,
    };
  }, RULES);
}

async function write(tab, text) {
  await field(tab).focus();
  await tab.keyboard.press('Control+A');
  await tab.keyboard.insertText(text);
}

async function answered(tab, text) {
  await write(tab, text);
  await tab.evaluate(() => document.querySelector('.tabPanel.active .yasr_results').replaceChildren());
  await tab.keyboard.press('Control+Enter');
  await tab.locator('.tabPanel.active .yasr_results h3').waitFor();
  return tab.locator('.tabPanel.active .yasr_results').innerText();
}

const focused = (tab) => tab.evaluate(() => {
  const element = document.activeElement;
  return `${element.tagName.toLowerCase()}: ${(element.getAttribute('aria-label') || element.labels?.[0]?.textContent || element.textContent || element.value || '').trim().replace(/\s+/g, ' ').slice(0, 60)}`;
});

const tasks = {
  /** Every page light and wide, and dark and narrow; with a "+" before it in all four ways, with a "*" in one only. */
  async look(browser) {
    const found = [];
    for (const colorScheme of ['light', 'dark']) {
      for (const width of [1280, 320]) {
        const tab = await page(browser, { colorScheme, viewport: { width, height: 900 } });
        for (const wanted of paths) {
          const differs = (colorScheme === 'dark') + (width === 320);
          if (differs > (wanted.startsWith('*') ? 0 : 2) || (differs === 1 && !wanted.startsWith('+'))) continue;
          const path = wanted.replace(/^[*+]/, '');
          await tab.goto(base + path, { waitUntil: 'load' });
          if (path.startsWith('/editor?question')) {
            await tab.getByRole('button', { name: 'Run', exact: true }).click();
            await tab.locator('.tabPanel.active .yasr_results h3').waitFor();
          }
          found.push({ path, colorScheme, width, ...(await judged(tab)) });
          await shot(tab, `${name(path)}-${colorScheme}-${width}`);
        }
        await tab.context().close();
      }
    }
    return found;
  },

  /** Without script: search, a thing, a question, its answer, an error; and on paper. */
  async plain(browser) {
    const tab = await page(browser, { javaScriptEnabled: false, colorScheme: 'dark' });
    const found = {};
    await tab.goto(`${base}/id/prednisolone`);
    await tab.emulateMedia({ media: 'print' });
    const style = (what, property) => tab.locator(what).first().evaluate((element, wanted) => getComputedStyle(element)[wanted], property);
    found.paper = [await style('body', 'backgroundColor'), await style('.warning', 'backgroundColor'), await style('.warning', 'color')];
    found.printed = await tab.locator('.find').isVisible();
    await shot(tab, 'on-paper');
    await tab.emulateMedia({ media: 'screen' });
    await tab.goto(`${base}/`);
    await tab.getByRole('searchbox').first().fill('myalgia');
    await tab.getByRole('searchbox').first().press('Enter');
    await tab.locator('.found a').first().click();
    found.thing = await tab.locator('h1').innerText();
    await tab.goto(`${base}/editor`);
    await tab.locator('a[data-question]').first().click();
    found.query = await tab.getByLabel('Your query').inputValue();
    await tab.getByRole('button', { name: 'Run the query' }).click();
    found.answer = await tab.locator('table.answer').innerText();
    await shot(tab, 'plain-answer');
    await tab.getByLabel('Your query').fill('SELECT * WHERE { ?x jmd:foo ?y }');
    await tab.getByRole('button', { name: 'Run the query' }).click();
    found.error = await tab.locator('.warning').innerText();
    await shot(tab, 'plain-error');
    return found;
  },

  /** The editor: questions as tabs, suggestions, answers of each kind, errors, what is kept. */
  async edit(browser) {
    const tab = await page(browser, { viewport: { width: 1300, height: 1000 } });
    const found = {};
    await tab.goto(`${base}/editor`);
    await tab.locator('.tabPanel.active .yasqe').waitFor();
    found.plainHidden = await tab.locator('#plain').isHidden();
    found.noFault = await tab.locator('.parseErrorIcon').count();
    await tab.getByLabel('Find a question').fill('how often');
    found.filtered = await tab.locator('a[data-question]:visible').count();
    found.counted = await tab.locator('#question-count').innerText();
    const question = tab.locator('a[data-question]:visible').first();
    found.question = await question.innerText();
    await question.click();
    await tab.locator('.tabPanel.active table.answer').waitFor();
    found.tabs = await tab.getByRole('tab').allInnerTexts();
    await tab.getByLabel('Find a question').fill('');
    await shot(tab, 'editor-answer');

    await write(tab, 'SELECT ?who WHERE { ?who vocab:hasSym');
    await tab.keyboard.press('Control+Space');
    await tab.locator('.CodeMirror-hints').waitFor();
    found.byName = await tab.locator('.CodeMirror-hint').allInnerTexts();
    await tab.keyboard.press('Enter');
    await tab.keyboard.type(' myalgia');
    await tab.keyboard.press('Control+Space');
    await tab.locator('.CodeMirror-hints').waitFor();
    found.byLabel = await tab.locator('.CodeMirror-hint').allInnerTexts();
    found.violations = (await judged(tab)).violations;
    await shot(tab, 'editor-suggestions');
    await tab.keyboard.press('Enter');
    found.completed = await tab.evaluate(() => document.querySelector('.tabPanel.active .CodeMirror').CodeMirror.getValue());

    found.select = await answered(tab, 'SELECT * WHERE { ?who vocab:hasSymptom id:muscle-pain }');
    found.link = await tab.getByRole('link', { name: 'Link to this query' }).getAttribute('href');
    found.ask = await answered(tab, 'ASK { id:muscle-pain a vocab:ClinicalFeature }');
    found.construct = await answered(tab, 'CONSTRUCT { ?a vocab:hasSymptom ?b } WHERE { ?a vocab:hasSymptom ?b }');
    found.nothing = await answered(tab, 'SELECT * WHERE { id:nothing ?p ?o }');
    found.many = (await answered(tab, 'SELECT * WHERE { ?s ?p ?o } LIMIT 300')).slice(0, 30);
    found.shown = await tab.locator('.tabPanel.active table.answer tbody tr').count();
    await tab.getByRole('button', { name: 'Show all 300 rows' }).click();
    found.all = await tab.locator('.tabPanel.active table.answer tbody tr').count();
    found.error = await answered(tab, 'SELECT * WHERE {\n  ?x jmd:foo ?y }');
    await shot(tab, 'editor-error');
    await tab.getByRole('tab', { selected: true }).dblclick();
    found.violations.push(...(await judged(tab)).violations);
    await tab.getByRole('button', { name: 'Go there' }).click();
    found.went = await tab.evaluate(() => document.querySelector('.tabPanel.active .CodeMirror').CodeMirror.getCursor().line);

    await write(tab, '# kept\nASK {}');
    await tab.getByRole('button', { name: 'Tidy up' }).focus();
    await tab.reload();
    await tab.locator('.tabPanel.active .yasqe').waitFor();
    found.kept = await tab.evaluate(() => document.querySelector('.tabPanel.active .CodeMirror').CodeMirror.getValue());
    await tab.goto(`${base}/editor?query=${encodeURIComponent('ASK { <given> ?p ?o }')}#query=x&endpoint=https%3A%2F%2Felsewhere.invalid%2F`);
    await tab.locator('.tabPanel.active .yasqe').waitFor();
    found.given = await tab.evaluate(() => document.querySelector('.tabPanel.active .CodeMirror').CodeMirror.getValue());
    found.rows = await answered(tab, 'ASK {}');
    return found;
  },

  /** By keyboard alone: from the top through the editor to the answer, tabs opened, changed and closed. */
  async keys(browser) {
    const tab = await page(browser);
    const found = { walk: [] };
    await tab.goto(`${base}/editor`);
    await tab.locator('.tabPanel.active .yasqe').waitFor();
    await tab.keyboard.press('Tab');
    found.first = await focused(tab);
    await tab.keyboard.press('Enter'); // the skip link
    const seen = new Set();
    for (let step = 0; step < 400 && !seen.has('a: Link to this query'); step += 1) {
      await tab.keyboard.press('Tab');
      const here = await focused(tab);
      seen.add(here);
      if (!here.startsWith('a: ') || here.includes('Link to') || here.includes('Query')) found.walk.push(here);
    }
    await tab.keyboard.press('Shift+Tab');
    await tab.keyboard.press('Shift+Tab');
    await tab.keyboard.press('Shift+Tab');
    found.back = await focused(tab);
    await tab.keyboard.press('Shift+Tab');
    found.adding = await focused(tab);
    await tab.keyboard.press('Enter');
    found.added = await tab.getByRole('tab').count();
    await tab.getByRole('tab').nth(1).focus();
    await tab.keyboard.press('ArrowLeft');
    await tab.keyboard.press('Enter');
    found.left = await tab.getByRole('tab', { selected: true }).innerText();
    await tab.keyboard.press('ArrowRight');
    await tab.keyboard.press(' ');
    found.right = await tab.getByRole('tab', { selected: true }).innerText();
    await tab.keyboard.press('Delete');
    found.deleted = await tab.getByRole('tab').count();
    found.stays = await focused(tab);
    await tab.keyboard.press('Delete');
    found.one = await tab.getByRole('tab').count();
    await field(tab).focus();
    await tab.keyboard.press('Control+Enter');
    await tab.locator('.tabPanel.active table.answer').waitFor();
    found.status = await tab.locator('#status').innerText();
    const table = tab.getByRole('region', { name: 'Answer as a table' });
    for (let step = 0; step < 10; step += 1) {
      await tab.keyboard.press('Tab');
      if (await table.evaluate((element) => element === document.activeElement)) found.reached = true;
    }
    return found;
  },

  /** Hostile data: every page, every question, the pointer over everything, suggestions with its labels. */
  async hostile(browser) {
    const tab = await page(browser);
    const found = { hrefs: [], pages: 0 };
    const gather = async () => found.hrefs.push(...await tab.evaluate(() => [...document.querySelectorAll('[href], [src], [action]')].map((element) => element.href || element.src || element.action).map((href) => new URL(href, location.href).protocol)));
    for (const path of paths) {
      await tab.goto(base + path);
      await tab.evaluate(() => {
        for (const element of document.querySelectorAll('main *')) element.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }));
        for (const element of document.querySelectorAll('details')) element.open = true;
      });
      await gather();
      found.pages += 1;
    }
    await shot(tab, 'hostile-last');
    await tab.goto(`${base}${paths[0]}`);
    await shot(tab, 'hostile-first');
    found.overflow = await tab.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    await tab.goto(`${base}/editor?query=${encodeURIComponent('</script><script>canary(1)</script>')}`);
    await tab.locator('.tabPanel.active .yasqe').waitFor();
    found.rows = (await answered(tab, 'SELECT * WHERE { ?s ?p ?o }')).split('\n').slice(0, 3);
    await gather();
    await shot(tab, 'hostile-answer');
    found.construct = (await answered(tab, 'CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }')).length;
    await gather();
    found.error = await answered(tab, '<img src=x onerror=canary(1)> SELECT');
    await write(tab, 'SELECT * { ?s ?p canary');
    await tab.keyboard.press('Control+Space');
    await tab.locator('.CodeMirror-hints').waitFor();
    found.hints = await tab.locator('.CodeMirror-hint').count();
    await shot(tab, 'hostile-suggestions');
    await tab.keyboard.press('Enter');
    await tab.waitForTimeout(300);
    return { ...found, hrefs: [...new Set(found.hrefs)].sort() };
  },
};

const browser = await chromium.launch({ executablePath, args: FLAGS });
try {
  const found = await tasks[task](browser);
  console.log(JSON.stringify({ ...told, found }));
} finally {
  await browser.close();
}
