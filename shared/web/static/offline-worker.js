/* Keeps forms of the desk that work without a network: what the network gives comes first, a kept copy when it is gone. */
"use strict";
const KEPT = "lianxin-offline";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const asked = event.request;
  if (asked.method !== "GET") return;
  event.respondWith(fetch(asked).catch(async (gone) => {
    const kept = await (await caches.open(KEPT)).match(asked, { ignoreSearch: asked.mode === "navigate", ignoreVary: true });
    if (kept) return kept;
    throw gone;
  }));
});
