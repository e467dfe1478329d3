package sources

import "sparker/data/tables"

// wording says what the words of rows may be.
type wording int

const (
	asLabels wording = iota // see tables.ReadLabels
	asTexts                 // see tables.ReadTexts
)

func (as wording) read(address string) ([]string, error) {
	if as == asTexts {
		return tables.ReadTexts(address)
	}
	return tables.ReadLabels(address)
}
