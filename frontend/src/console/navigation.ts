import { createContext, type MouseEvent, useCallback, useContext, useEffect, useMemo, useState } from 'react';

import { serviceBase, underBase } from '../shared/base.ts';
import { type Route, routeOf, withoutBase } from './route.ts';

export interface Place {
  readonly route: Route;
  readonly query: URLSearchParams;
}

export interface Navigation extends Place {
  /** Goes to an address; with `replace` the place that is left is not gone back to. */
  readonly go: (path: string, query?: URLSearchParams, replace?: boolean) => void;
}

function here(): Place {
  const { pathname, search } = window.location;
  return { route: routeOf(withoutBase(pathname, serviceBase())), query: new URLSearchParams(search) };
}

/** The language that was chosen goes along, wherever one goes. */
export function withLanguage(query: URLSearchParams | undefined, search: string): URLSearchParams {
  const chosen = new URLSearchParams(search).get('lang');
  const whole = new URLSearchParams(query);
  if (chosen !== null && !whole.has('lang')) {
    whole.set('lang', chosen);
  }
  return whole;
}

export function addressOf(path: string, query?: URLSearchParams): string {
  const text = withLanguage(query, window.location.search).toString();
  return underBase(serviceBase(), text === '' ? path : `${path}?${text}`);
}

/** The address bar as state. All of a place is in it, so that it can be kept, shared and gone back to. */
export function useAddress(): Navigation {
  const [place, setPlace] = useState(here);

  useEffect(() => {
    const follow = () => setPlace(here());
    window.addEventListener('popstate', follow);
    return () => window.removeEventListener('popstate', follow);
  }, []);

  const go = useCallback((path: string, query?: URLSearchParams, replace = false) => {
    const address = addressOf(path, query);
    if (replace) {
      window.history.replaceState(null, '', address);
    } else {
      window.history.pushState(null, '', address);
    }
    setPlace(here());
  }, []);

  return useMemo(() => ({ ...place, go }), [place, go]);
}

export const NavigationContext = createContext<Navigation>({
  route: { page: 'unknown' },
  query: new URLSearchParams(),
  go: () => {},
});

export function useNavigation(): Navigation {
  return useContext(NavigationContext);
}

/** Whether a click is one that a browser would follow in this window. */
export function isPlainClick(event: MouseEvent): boolean {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}
