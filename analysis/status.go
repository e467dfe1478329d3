package analysis

import (
	"time"

	"sparker/results"
)

// RunStatus says how far a run is, as its folder tells. Toys that cells share are counted once.
type RunStatus struct {
	Name        string       `json:"name"`
	Toys        int          `json:"toys"`   // that the config asks for
	Done        int          `json:"done"`   // that are stored
	Failed      int          `json:"failed"` // stored toys whose fit failed
	Cells       []CellStatus `json:"cells"`
	Started     time.Time    `json:"started"`
	Finished    *time.Time   `json:"finished,omitempty"`
	MeanSeconds float64      `json:"mean_seconds"` // of the toys that are done
	// Parts are those of [Evaluation.Parts], if a run in parts is asked for them.
	Parts []PartStatus `json:"parts,omitempty"`
}

// CellStatus says how far a cell is. Toys that it shares with other cells are counted in each.
type CellStatus struct {
	Cell              int                 `json:"cell"` // from 1
	Arms              []results.ArmRecord `json:"settings,omitempty"`
	Null              int                 `json:"null"`
	NullWanted        int                 `json:"null_wanted"`
	Alternative       int                 `json:"alternative"`
	AlternativeWanted int                 `json:"alternative_wanted"`
	Failed            int                 `json:"failed"`
	Seconds           float64             `json:"seconds"` // mean time of a toy that is done
}

// Status returns how far the run was when it was opened. The run may belong to another process that
// is still at it.
func (v *Evaluation) Status() RunStatus {
	m := v.manifest
	status := RunStatus{Name: m.Name, Started: m.Started, Finished: m.Finished}
	wanted := map[results.ToyID]int{}   // by the first toy: how many cells ask for at most
	done := map[*results.Toy]struct{}{} // cells share toys
	var total float64
	for _, c := range v.cells {
		for _, w := range c.wanted() {
			wanted[w.first] = max(wanted[w.first], w.n)
		}
		for _, t := range c.toys {
			if _, twice := done[t]; twice {
				continue
			}
			done[t] = struct{}{}
			total += t.Seconds
			if t.Status != results.StatusOK {
				status.Failed++
			}
		}
		status.Cells = append(status.Cells, c.status())
	}
	for _, n := range wanted {
		status.Toys += n
	}
	status.Done = len(done)
	if len(done) > 0 {
		status.MeanSeconds = total / float64(len(done))
	}
	return status
}

// wantedToys are toys that differ in their index, from 0.
type wantedToys struct {
	first results.ToyID
	n     int
}

// wanted returns the toys that the config of a cell asks for.
func (c cell) wanted() []wantedToys {
	toys := c.experiment.Toys
	all := []wantedToys{
		{results.ToyID{Key: c.record.ToyKey(0), Hypothesis: results.Null}, c.nullWanted()},
		{results.ToyID{Key: c.record.ToyKey(0), Hypothesis: results.Observed},
			c.experiment.ObservedSamples()},
	}
	for _, signal := range toys.Signal {
		all = append(all, wantedToys{results.ToyID{Key: c.record.ToyKey(signal),
			Hypothesis: results.Alternative, Signal: signal}, toys.Alternative})
	}
	return all
}

func (c cell) status() CellStatus {
	toys := c.experiment.Toys
	s := CellStatus{Cell: c.number, Arms: c.record.Arms, NullWanted: c.nullWanted(),
		AlternativeWanted: toys.Alternative * len(toys.Signal)}
	for _, t := range c.toys {
		switch t.Hypothesis {
		case results.Null:
			s.Null++
		case results.Alternative:
			s.Alternative++
		}
		if t.Status != results.StatusOK {
			s.Failed++
		}
		s.Seconds += t.Seconds
	}
	if len(c.toys) > 0 {
		s.Seconds /= float64(len(c.toys))
	}
	return s
}
