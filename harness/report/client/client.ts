/**
 * The script of the HTML page. The page holds this class's source text, so it may use nothing from outside itself but
 * the DOM. The state is in the URL's hash and nowhere else.
 */
export class Page {
  readonly document: Document;
  readonly filters: readonly string[] = ['status', 'mode', 'subject', 'observable', 'q'];

  constructor(document: Document) {
    this.document = document;
  }

  start(): void {
    this.document.addEventListener('click', (event) => this.clicked(event));
    if (this.rows().length === 0) return;
    const form = this.form();
    form?.addEventListener('input', () => this.setFilters());
    form?.addEventListener('submit', (event) => event.preventDefault());
    this.document.addEventListener('keydown', (event) => this.pressed(event));
    this.window().addEventListener('hashchange', () => this.show());
    this.window().addEventListener('popstate', () => this.show());
    this.show();
    this.document.getElementById(`h-${this.state().get('finding')}`)?.focus();
  }

  clicked(event: MouseEvent): void {
    if (!(event.target instanceof Element)) return;
    const link = event.target.closest<HTMLAnchorElement>('a[href^="#"]');
    if (link !== null) {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      const id = link.dataset['finding'];
      if (id === undefined) this.jump(link.hash.slice(1));
      else this.open(id);
    } else if (event.target.closest('[data-close]') !== null) this.close();
    else if (event.target.closest('#clear') !== null) this.clear();
    else void this.copy(event.target.closest<HTMLElement>('[data-copy]'));
  }

  /** Links within the page leave the hash alone: it holds the filters. */
  jump(id: string): void {
    const place = this.document.getElementById(id);
    place?.scrollIntoView();
    place?.focus({ preventScroll: true });
  }

  pressed(event: KeyboardEvent): void {
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    const { target } = event;
    const typing = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
    if (event.key === 'Escape' && typing) target.blur();
    else if (event.key === 'Escape') this.close();
    else if (typing) return;
    else if (event.key === 'j') this.move(1);
    else if (event.key === 'k') this.move(-1);
    else if (event.key === '/') {
      event.preventDefault();
      this.document.querySelector<HTMLElement>('[name=q]')?.focus();
    }
  }

  /** To the next finding that is shown: its row has the focus, or it is opened where one is open. */
  move(step: number): void {
    const shown = this.rows().filter((row) => !row.hidden);
    const opened = this.state().get('finding');
    const at = shown.findIndex((row) =>
      opened === null ? row.contains(this.document.activeElement) : this.idOf(row) === opened,
    );
    const next = shown[at < 0 ? 0 : Math.min(Math.max(at + step, 0), shown.length - 1)];
    if (next === undefined) return;
    if (opened === null) this.linkOf(next)?.focus();
    else this.open(this.idOf(next));
    next.scrollIntoView({ block: 'nearest' });
  }

  open(id: string): void {
    const state = this.state();
    state.set('finding', id);
    this.go(state);
    this.document.getElementById(`h-${id}`)?.focus();
  }

  /** The focus returns to the row that was open. */
  close(): void {
    const state = this.state();
    const id = state.get('finding');
    if (id === null) return;
    state.delete('finding');
    this.go(state);
    const row = this.rows().find((one) => this.idOf(one) === id);
    if (row !== undefined) this.linkOf(row)?.focus();
  }

  clear(): void {
    this.form()?.reset();
    this.setFilters();
    this.document.querySelector<HTMLElement>('[name=q]')?.focus();
  }

  setFilters(): void {
    const form = this.form();
    if (form === null) return;
    const state = this.state();
    for (const [name, value] of new FormData(form)) {
      if (value === '') state.delete(name);
      else state.set(name, String(value));
    }
    this.window().history.replaceState(null, '', `#${state}`);
    this.show();
  }

  state(): URLSearchParams {
    return new URLSearchParams(this.window().location.hash.slice(1));
  }

  go(state: URLSearchParams): void {
    this.window().history.pushState(null, '', `#${state}`);
    this.show();
  }

  /** Makes the page look as the hash says. */
  show(): void {
    const state = this.state();
    for (const name of this.filters) this.fill(name, state.get(name) ?? '');
    const rows = this.rows();
    for (const row of rows) {
      row.hidden = !this.matches(row, state);
      if (this.idOf(row) === state.get('finding')) this.linkOf(row)?.setAttribute('aria-current', 'true');
      else this.linkOf(row)?.removeAttribute('aria-current');
    }
    const count = rows.filter((row) => !row.hidden).length;
    this.setText('count', `${count} of ${rows.length} ${rows.length === 1 ? 'bucket' : 'buckets'}`);
    this.setHidden('none', count > 0);
    this.setHidden('rows', count === 0);
    let open = false;
    for (const detail of this.document.querySelectorAll<HTMLElement>('.detail')) {
      const isShown = detail.id === `f-${state.get('finding')}`;
      detail.classList.toggle('is-shown', isShown);
      open ||= isShown;
    }
    this.document.getElementById('panes')?.classList.toggle('is-open', open);
  }

  fill(name: string, value: string): void {
    const control = this.form()?.elements.namedItem(name);
    const fillable = control instanceof HTMLInputElement || control instanceof HTMLSelectElement;
    if (fillable && control.value !== value) control.value = value;
  }

  matches(row: HTMLElement, state: URLSearchParams): boolean {
    const text = `${row.dataset['search']} ${row.textContent}`.toLowerCase();
    return this.filters.every((name) => {
      const wanted = state.get(name) ?? '';
      if (wanted === '') return true;
      if (name !== 'q') return row.dataset[name] === wanted;
      return wanted
        .toLowerCase()
        .split(/\s+/)
        .every((word) => text.includes(word));
    });
  }

  async copy(button: HTMLElement | null): Promise<void> {
    const code = button?.parentElement?.querySelector('code');
    if (!button || !code) return;
    let outcome = 'Copied';
    try {
      await this.window().navigator.clipboard.writeText(code.textContent ?? '');
    } catch {
      // Where the browser keeps the clipboard, the line is selected and the user copies it.
      this.window().getSelection()?.selectAllChildren(code);
      outcome = 'Press Ctrl+C';
    }
    button.textContent = outcome;
    this.setText('said', outcome);
    this.window().setTimeout(() => {
      button.textContent = 'Copy';
    }, 2000);
  }

  setText(id: string, text: string): void {
    const element = this.document.getElementById(id);
    if (element !== null && element.textContent !== text) element.textContent = text;
  }

  setHidden(id: string, hidden: boolean): void {
    const element = this.document.getElementById(id);
    if (element !== null) element.hidden = hidden;
  }

  rows(): HTMLElement[] {
    return [...this.document.querySelectorAll<HTMLElement>('#rows > .row')];
  }

  idOf(row: HTMLElement): string {
    return this.linkOf(row)?.dataset['finding'] ?? '';
  }

  linkOf(row: HTMLElement): HTMLElement | null {
    return row.querySelector<HTMLElement>('[data-finding]');
  }

  form(): HTMLFormElement | null {
    return this.document.querySelector<HTMLFormElement>('#filters');
  }

  window(): Window {
    return this.document.defaultView ?? window;
  }
}
