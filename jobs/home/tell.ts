// Slack adapter of the Home notifier.
import type { HomeNotifier } from './notifier.ts';
import type { HomePages } from './page.ts';
import type { HomeStore } from './store.ts';

export const tellHomes = (homes: HomeStore, pages: HomePages): HomeNotifier => ({
  openHome: async (user) => {
    const begun = await homes.begin(user);
    return { show: (report) => pages.show(report, begun) };
  },
});
