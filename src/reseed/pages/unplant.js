// Takes back every fault that was planted in the page, the latest first.
() => {
  while (window.plantedFaults?.length) window.plantedFaults.pop()();
}
