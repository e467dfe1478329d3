package analysis

import (
	"fmt"
	"slices"
	"time"

	"sparker/results"
)

// Missing says which toys a run lacks. Toys that cells share are counted once in Toys and Wanted,
// and in each of the cells.
type Missing struct {
	Toys   int // that are not stored
	Wanted int // that the config asks for
	AtMost bool
	Cells  []MissingCell // those that lack toys
}

// MissingCell is a cell that lacks toys.
type MissingCell struct {
	Cell  int // from 1
	Arms  []results.ArmRecord
	Kinds []MissingKind // those that lack toys: null, then observed, then by signal strength
}

// MissingKind are the toys of one hypothesis and one signal strength that a cell lacks.
type MissingKind struct {
	Hypothesis string
	Signal     float64
	Toys       int // that are not stored
	Wanted     int // that the config asks for
}

// String returns the numbers in words, as in "3 of 20 null toys" or "all 5 toys at N_S = 10".
func (k MissingKind) String() string {
	number := fmt.Sprintf("%d of %d", k.Toys, k.Wanted)
	if k.Toys == k.Wanted {
		number = fmt.Sprintf("all %d", k.Wanted)
	}
	switch k.Hypothesis {
	case results.Observed:
		return "the observed sample"
	case results.Null:
		return number + " null toys"
	}
	return fmt.Sprintf("%s toys at N_S = %v", number, k.Signal)
}

// Missing returns the toys that the run lacked when it was opened. If the outcomes of toys decide
// how many null toys a cell needs, and that is open, those up to the largest number are missing.
func (v *Evaluation) Missing() Missing {
	type kind struct{ missing, wanted int }
	kinds := map[results.ToyID]kind{} // by the first toy: those of the cell that asks for most
	var all Missing
	for _, c := range v.cells {
		stored := map[results.ToyID]int{} // by the first toy
		for _, t := range c.toys {
			stored[firstOf(t.ID())]++
		}
		lacking := MissingCell{Cell: c.number, Arms: c.record.Arms}
		for _, w := range c.wanted() {
			missing := max(0, w.n-stored[w.first])
			if missing > 0 {
				lacking.Kinds = append(lacking.Kinds, MissingKind{Hypothesis: w.first.Hypothesis,
					Signal: w.first.Signal, Toys: missing, Wanted: w.n})
			}
			if w.n > kinds[w.first].wanted {
				kinds[w.first] = kind{missing, w.n}
			}
		}
		if len(lacking.Kinds) > 0 {
			all.AtMost = all.AtMost || c.end.design != nil
			all.Cells = append(all.Cells, lacking)
		}
	}
	for _, k := range kinds {
		all.Toys, all.Wanted = all.Toys+k.missing, all.Wanted+k.wanted
	}
	return all
}

// firstOf returns the toy of index 0 that otherwise is the same.
func firstOf(id results.ToyID) results.ToyID {
	id.Index = 0
	return id
}

// PartStatus says how far a part of a run is.
type PartStatus struct {
	Part  int      `json:"part"` // from 1
	Of    int      `json:"of"`
	Toys  int      `json:"toys"`            // that the part has
	Done  int      `json:"done"`            // that are stored, whoever stored them
	Hosts []string `json:"hosts,omitempty"` // the machines that worked on the part
}

// Parts returns how far the parts of a run are that processes worked on, by the shards of their
// files. If the number of parts changed between attempts, it is the number of which the fewest
// parts lack toys. There are none if no shard is one of several parts.
func (v *Evaluation) Parts(shards []results.Shard) []PartStatus {
	var counts []int
	for _, s := range shards {
		if s.Count > 1 && !slices.Contains(counts, s.Count) {
			counts = append(counts, s.Count)
		}
	}
	if len(counts) == 0 {
		return nil
	}
	slices.Sort(counts)
	toys, stored := v.wantedToys()
	var best []PartStatus
	fewest := 0
	for _, n := range counts {
		parts := v.partsOf(n, toys, stored)
		lacking := 0
		for _, p := range parts {
			if p.Done < p.Toys {
				lacking++
			}
		}
		if best == nil || lacking < fewest {
			best, fewest = parts, lacking
		}
	}
	for _, s := range shards {
		if s.Count == best[0].Of && s.Number <= s.Count && s.Host != "" {
			p := &best[s.Number-1]
			if !slices.Contains(p.Hosts, s.Host) {
				p.Hosts = append(p.Hosts, s.Host)
			}
		}
	}
	return best
}

// wantedToys returns the toys that the cells ask for, each once, and whether each is stored.
func (v *Evaluation) wantedToys() (toys []results.ToyID, stored []bool) {
	have := map[results.ToyID][]bool{} // by the first toy, and by the index
	for _, c := range v.cells {
		for _, w := range c.wanted() {
			if more := w.n - len(have[w.first]); more > 0 {
				have[w.first] = append(have[w.first], make([]bool, more)...)
			}
		}
	}
	for _, c := range v.cells {
		for _, t := range c.toys {
			if kind := have[firstOf(t.ID())]; t.Index < len(kind) {
				kind[t.Index] = true
			}
		}
	}
	for first, kind := range have { // in any order: the dealing does not depend on it
		for index, there := range kind {
			first.Index = index
			toys, stored = append(toys, first), append(stored, there)
		}
	}
	return toys, stored
}

// partsOf returns how far each of n parts of some toys is.
func (v *Evaluation) partsOf(n int, toys []results.ToyID, stored []bool) []PartStatus {
	parts := make([]PartStatus, n)
	for i := range parts {
		parts[i] = PartStatus{Part: i + 1, Of: n}
	}
	for i, part := range Deal(v.manifest.Seed, toys, n) {
		parts[part-1].Toys++
		if stored[i] {
			parts[part-1].Done++
		}
	}
	return parts
}

// Finish writes the end of the run into its manifest if every toy was stored when it was opened,
// and the manifest has no end yet. Parts that ran at the same time leave none.
func (v *Evaluation) Finish(at time.Time) error {
	summary, err := v.Summary()
	if err != nil || !summary.Complete || v.manifest.Finished != nil {
		return err
	}
	if err := v.store.SetFinished(at); err != nil {
		return fmt.Errorf("analysis: %w", err)
	}
	v.manifest = v.store.Manifest()
	return nil
}
