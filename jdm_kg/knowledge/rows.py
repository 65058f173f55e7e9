"""The answer to a SELECT: rows whose values have names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Final, overload

from jdm_kg.knowledge import notebook
from jdm_kg.knowledge.things import Source
from jdm_kg.knowledge.values import Value


class Row:
    """One row: `row.thing`, `row["thing"]` or `row[0]`, and it unpacks like a tuple.

    A variable without a value has None. It can't be changed. Methods begin with `_`, as those of a named tuple do, so
    that any variable may be called whatever it likes.

    Args:
        names: The variables, without `?`.
        values: Their values.
    """

    __slots__ = ("_fields", "_values")
    _fields: tuple[str, ...]
    _values: tuple[Value, ...]

    def __init__(self, names: tuple[str, ...], values: tuple[Value, ...]) -> None:
        object.__setattr__(self, "_fields", names)
        object.__setattr__(self, "_values", values)

    def __getattr__(self, name: str) -> Value:
        if name in self._fields:
            return self._values[self._fields.index(name)]
        raise AttributeError(self._unknown(name))

    def __getitem__(self, key: str | int) -> Value:
        if isinstance(key, str):
            if key not in self._fields:
                raise KeyError(self._unknown(key))
            key = self._fields.index(key)
        return self._values[key]

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a row can't be changed, so {name} can't be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a row can't be changed, so {name} can't be deleted")

    def __iter__(self) -> Iterator[Value]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Row):
            return self._fields == other._fields and self._values == other._values
        return self._values == other

    def __hash__(self) -> int:
        return hash(self._values)

    def __repr__(self) -> str:
        pairs = zip(self._fields, self._values, strict=True)
        return f"Row({', '.join(f'{name}={value!r}' for name, value in pairs)})"

    def __dir__(self) -> list[str]:
        return sorted({*self._fields, "_asdict", "_fields"})

    def __reduce__(self) -> tuple[type[Row], tuple[tuple[str, ...], tuple[Value, ...]]]:
        return Row, (self._fields, self._values)

    def _asdict(self) -> dict[str, Value]:
        """The row as a dict."""
        return dict(zip(self._fields, self._values, strict=True))

    def _unknown(self, name: str) -> str:
        close = get_close_matches(name, self._fields, n=1, cutoff=0.5)
        hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(self._fields)}"
        return f"the rows have no variable {name!r}; {hint}"


_SHOWN: Final = 10


class Rows(Sequence[Row]):
    """The rows of an answer, in its order. It can't be changed.

    Args:
        variables: The variables, without `?`, in the order of the question.
        rows: The values of each row.
        sources: The documents behind the graph, named where the rows are shown to readers.
    """

    __slots__ = ("_rows", "sources", "variables")
    variables: tuple[str, ...]
    sources: tuple[Source, ...]
    _rows: tuple[Row, ...]

    def __init__(
        self, variables: Iterable[str], rows: Iterable[Iterable[Value]], sources: Iterable[Source] = ()
    ) -> None:
        names = tuple(variables)
        object.__setattr__(self, "variables", names)
        object.__setattr__(self, "sources", tuple(sources))
        object.__setattr__(self, "_rows", tuple(Row(names, tuple(values)) for values in rows))

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> Rows: ...

    def __getitem__(self, index: int | slice) -> Row | Rows:
        if isinstance(index, slice):
            return Rows(self.variables, self._rows[index], self.sources)
        return self._rows[index]

    def __len__(self) -> int:
        return len(self._rows)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"an answer can't be changed, so {name} can't be set")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rows) and (self.variables, self._rows) == (other.variables, other._rows)

    def __hash__(self) -> int:
        return hash((self.variables, self._rows))

    def __repr__(self) -> str:
        shown = [repr(row) for row in self._rows[:_SHOWN]]
        if len(self) > _SHOWN:
            shown.append(f"… and {len(self) - _SHOWN} more")
        return "\n ".join([f"<{len(self)} row{'' if len(self) == 1 else 's'}", *shown]) + ">"

    def __reduce__(self) -> tuple[type[Rows], tuple[object, ...]]:
        return Rows, (self.variables, self._rows, self.sources)

    def dicts(self) -> list[Mapping[str, Value]]:
        """The rows as dicts, for JSON and the like."""
        return [row._asdict() for row in self._rows]

    def _repr_html_(self) -> str:
        return notebook.rows(self)
