// Finding a stop by name: a combobox worked by typing, arrows, Enter and Escape, or by hand.
import { say } from "./words.js";
import { badge } from "./panel.js";

const LINES_SHOWN = 4;

export function listenToSearch(field, list, network, onStop) {
  let chosen = -1, found = [];

  function close() {
    list.hidden = true;
    chosen = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function draw() {
    const text = field.value.trim();
    if (!text) return close();
    found = network.findStops(text);
    list.replaceChildren(...found.map((stop, i) => {
      const row = document.createElement("li");
      row.id = `found-${i}`;
      row.role = "option";
      const name = document.createElement("span");
      name.className = "name";
      name.textContent = stop.name;
      row.append(name, ...network.linesAt(stop).slice(0, LINES_SHOWN).map((line) => badge(line, true)));
      row.addEventListener("pointerdown", (event) => { event.preventDefault(); pick(i); });
      return row;
    }));
    if (!found.length) {
      const none = document.createElement("li");
      none.className = "none";
      none.role = "option";
      none.ariaDisabled = "true";
      none.textContent = say("none");
      list.append(none);
    }
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    mark(found.length ? 0 : -1);
  }

  function mark(next) {
    chosen = next;
    [...list.children].forEach((row, i) => row.setAttribute("aria-selected", String(i === chosen)));
    if (chosen >= 0) { field.setAttribute("aria-activedescendant", `found-${chosen}`); list.children[chosen].scrollIntoView({ block: "nearest" }); }
  }

  function pick(i) {
    const stop = found[i];
    if (!stop) return;
    field.value = "";
    close();
    onStop(stop);
  }

  field.addEventListener("input", draw);
  field.addEventListener("blur", () => setTimeout(close, 150));
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (found.length) mark((chosen + (event.key === "ArrowDown" ? 1 : -1) + found.length) % found.length);
    } else if (event.key === "Enter") pick(chosen);
    else if (event.key === "Escape") { field.value = ""; close(); }
  });
}
