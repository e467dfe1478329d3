package results

import "fmt"

// owners finds the cell of a toy.
type owners struct {
	cells []CellRecord
	// null and alternative have the index of the first cell by its keys.
	null, alternative map[string]int
}

func newOwners(cells []CellRecord) owners {
	o := owners{cells: cells, null: map[string]int{}, alternative: map[string]int{}}
	for i, c := range cells {
		if _, known := o.null[c.NullKey]; !known {
			o.null[c.NullKey] = i
		}
		if _, known := o.alternative[c.AlternativeKey]; !known {
			o.alternative[c.AlternativeKey] = i
		}
	}
	return o
}

// of returns the index of the first cell that a toy belongs to.
func (o owners) of(t Toy) (int, error) {
	byKey := o.alternative
	if t.Signal == 0 { // as in CellRecord.ToyKey
		byKey = o.null
	}
	i, known := byKey[t.Key]
	if !known {
		return 0, fmt.Errorf("no cell of the run has its key %q", t.Key)
	}
	if n := len(o.cells[i].Scales); t.Status == StatusOK && len(t.T) != n {
		return 0, fmt.Errorf("it has %d statistics, but its cell has %d scales", len(t.T), n)
	}
	return i, nil
}
