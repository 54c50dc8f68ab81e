// What VS Code in a browser keeps.

/** What it keeps of a workspace under a key. Runs in the window, which has a database for each workspace. */
export async function readStored(key) {
  const done = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  for (const { name } of await indexedDB.databases()) {
    if (!name.startsWith('vscode-web-state-db-')) continue;
    const database = await done(indexedDB.open(name));
    const [table] = database.objectStoreNames;
    const found = table && (await done(database.transaction(table).objectStore(table).get(key)));
    database.close();
    if (found) return found;
  }
  return undefined;
}
