package clean_test

import (
	"fmt"

	"sparker/internal/clean"
)

// The name of a column, in four places.
func Example() {
	name := "=1+1|\x1b[31m<b>"
	fmt.Println(clean.Terminal(name))
	fmt.Println(clean.Line(name, 8))
	fmt.Println(clean.Markdown(clean.Line(name, 100)))
	fmt.Println(clean.CSV(clean.Terminal(name)))
	// Output:
	// =1+1|\u001b[31m<b>
	// =1+1| […
	// =1\+1\| \[31m\<b\>
	// '=1+1|\u001b[31m<b>
}
