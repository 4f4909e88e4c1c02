import pytest
import traitlets

from flyte_nb.widgets._base import FlyteWidget


class Box(FlyteWidget):
    _esm = "export default { render() {} }"
    width = traitlets.Int(1).tag(sync=True)


def test_a_misspelt_keyword_is_an_error():
    with pytest.raises(TypeError, match="Box has no trait widht"):
        Box(widht=3)
    box = Box(width=3)
    assert box.width == 3
    box.close()
